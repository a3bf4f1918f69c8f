package io.tidemark.gateway.json;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.tidemark.gateway.limit.ReadBudget;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/** A growing array that JSON is written into before it becomes one buffer of the right size. */
public final class TextBuffer {

    private static final int KEPT_BYTES = 1 << 20;
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.ISO_8859_1);

    /** What follows the backslash for each ASCII byte; 0 where it stands for itself. */
    private static final byte[] ESCAPES = new byte[128];

    static {
        Arrays.fill(ESCAPES, 0, 0x20, (byte) 'u');
        ESCAPES['\b'] = 'b';
        ESCAPES['\f'] = 'f';
        ESCAPES['\n'] = 'n';
        ESCAPES['\r'] = 'r';
        ESCAPES['\t'] = 't';
        ESCAPES['"'] = '"';
        ESCAPES['\\'] = '\\';
    }

    /** One piece of a pool's chunk: what is longer than a chunk would be allocated anew. */
    private static final int PIECE_BYTES = 1 << 20;

    /** From here on room is made for what is written, and not for what might be. */
    private static final int LARGE_BYTES = 1 << 20;

    private final int keptBytes;
    private byte[] bytes = new byte[8 * 1024];
    private int length;

    public TextBuffer() {
        this(KEPT_BYTES);
    }

    /**
     * @param keptBytes how large an array is kept from one use to the next
     */
    public TextBuffer(int keptBytes) {
        this.keptBytes = keptBytes;
    }

    /** Base64 is encoded here first: the platform's fast encoder writes to the front only. */
    private byte[] scratch = {};

    public int length() {
        return length;
    }

    public boolean isEmpty() {
        return length == 0;
    }

    public void clear() {
        length = 0;
        if (bytes.length > keptBytes) {
            bytes = new byte[8 * 1024];
        }
    }

    /** Takes back what was written since {@code length}. */
    public void truncate(int length) {
        this.length = length;
    }

    /** Makes room at once for text whose length is known roughly. */
    public void expect(int more) {
        ensure(more);
    }

    private void ensure(int more) {
        if (bytes.length - length < more) {
            int doubled = bytes.length < LARGE_BYTES ? bytes.length * 2 : 0;
            bytes = Arrays.copyOf(bytes, Math.max(doubled, length + more + length / 8));
        }
    }

    /** Bytes as they are. */
    public TextBuffer put(byte[] source) {
        return put(source, source.length);
    }

    public TextBuffer put(byte[] source, int count) {
        ensure(count);
        System.arraycopy(source, 0, bytes, length, count);
        length += count;
        return this;
    }

    public TextBuffer put(char ascii) {
        ensure(1);
        bytes[length++] = (byte) ascii;
        return this;
    }

    public TextBuffer putAscii(String text) {
        return put(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public TextBuffer putNumber(long value) {
        if (value < 0) {
            return putAscii(Long.toString(value));
        }
        int digits = 1;
        for (long rest = value; rest >= 10; rest /= 10) {
            digits++;
        }
        ensure(digits);
        long rest = value;
        for (int at = length + digits - 1; at >= length; at--) {
            bytes[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
        return this;
    }

    /** A JSON string of valid UTF-8. */
    public TextBuffer putQuoted(byte[] utf8) {
        ensure(utf8.length < LARGE_BYTES ? utf8.length * 6 + 2 : (int) quotedLength(utf8));
        byte[] out = bytes;
        int at = length;
        out[at++] = '"';
        for (byte next : utf8) {
            byte escape = next >= 0 ? ESCAPES[next] : 0;
            if (escape == 0) {
                out[at++] = next;
                continue;
            }
            out[at++] = '\\';
            out[at++] = escape;
            if (escape == 'u') {
                out[at++] = '0';
                out[at++] = '0';
                out[at++] = HEX[next >>> 4];
                out[at++] = HEX[next & 15];
            }
        }
        out[at++] = '"';
        length = at;
        return this;
    }

    /** How long a JSON string of valid UTF-8 is, with its quotes. */
    private static long quotedLength(byte[] utf8) {
        long quoted = utf8.length + 2L;
        for (byte next : utf8) {
            byte escape = next >= 0 ? ESCAPES[next] : 0;
            quoted += escape == 0 ? 0 : escape == 'u' ? 5 : 1;
        }
        return quoted;
    }

    /**
     * Whether a string is worth writing as one: a large one that more than doubles by its escapes
     * is shorter as base64, and is bounded so.
     */
    public static boolean quotesWell(byte[] utf8) {
        return utf8.length < LARGE_BYTES || quotedLength(utf8) <= 2L * utf8.length;
    }

    public TextBuffer putQuoted(String text) {
        return putQuoted(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * JSON as it is, in one line: line breaks, which can only stand between tokens, become spaces.
     */
    public TextBuffer putJson(byte[] json, boolean hasLineBreaks) {
        int start = length;
        put(json);
        if (hasLineBreaks) {
            for (int at = start; at < length; at++) {
                if (bytes[at] == '\n' || bytes[at] == '\r') {
                    bytes[at] = ' ';
                }
            }
        }
        return this;
    }

    public TextBuffer putBase64(byte[] source) {
        int encoded = (source.length + 2) / 3 * 4;
        if (scratch.length < encoded) {
            scratch = new byte[Math.max(encoded, 2 * 1024)];
        }
        Base64.getEncoder().encode(source, scratch);
        put('"').put(scratch, encoded).put('"');
        if (scratch.length > KEPT_BYTES) {
            scratch = new byte[0];
        }
        return this;
    }

    /** What was written since {@code from}, as an array of its own. */
    public byte[] since(int from) {
        return Arrays.copyOfRange(bytes, from, length);
    }

    /**
     * All of it, as a buffer that the caller releases; this is empty then.
     *
     * @param budget told of a large one, until it is released
     */
    public ByteBuf toBuffer(ByteBufAllocator allocator, ReadBudget budget) {
        if (length <= PIECE_BYTES) {
            ByteBuf small = allocator.directBuffer(length, length).writeBytes(bytes, 0, length);
            clear();
            return small;
        }
        int pieces = (length + PIECE_BYTES - 1) / PIECE_BYTES;
        CompositeByteBuf all = new Counted(allocator, pieces, budget.holdText(length));
        for (int at = 0; at < length; at += PIECE_BYTES) {
            int size = Math.min(PIECE_BYTES, length - at);
            all.addComponent(true, allocator.directBuffer(size, size).writeBytes(bytes, at, size));
        }
        clear();
        return all;
    }

    /** A buffer that says when its memory is given back. */
    private static final class Counted extends CompositeByteBuf {
        private final Runnable whenFreed;

        Counted(ByteBufAllocator allocator, int pieces, Runnable whenFreed) {
            super(allocator, true, Math.max(2, pieces));
            this.whenFreed = whenFreed;
        }

        @Override
        protected void deallocate() {
            super.deallocate();
            whenFreed.run();
        }
    }
}
