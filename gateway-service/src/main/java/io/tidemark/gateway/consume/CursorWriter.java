package io.tidemark.gateway.consume;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.common.Uuid;

/**
 * Writes the cursors of one topic's stream, one for each event: the hot path of {@link Cursor}. One
 * thread.
 */
public final class CursorWriter {

    private static final byte[] ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
                    .getBytes(StandardCharsets.ISO_8859_1);

    private final Uuid topicId;
    private final long incarnation;
    private byte[] text = new byte[64];
    private byte[] body = new byte[64];
    private int length;

    public CursorWriter(Uuid topicId) {
        this.topicId = topicId;
        this.incarnation = Cursor.incarnationOf(topicId);
    }

    /**
     * Writes a cursor into {@link #text}.
     *
     * @param positions the next offset by partition; negative for a partition that is left out,
     *     which then stands at its end
     */
    public void write(long[] positions) {
        int needed = 22 + positions.length * 14;
        if (body.length < needed) {
            body = new byte[needed];
            text = new byte[needed * 4 / 3 + 8];
        }
        boolean partial = false;
        for (long position : positions) {
            partial |= position < 0;
        }
        int end = varint(incarnation << 1 | (partial ? 1 : 0), 0);
        end = partial ? varint(positions.length, end) : end;
        for (int partition = 0; partition < positions.length; partition++) {
            if (positions[partition] >= 0) {
                end = varint(positions[partition], varint(partition, end));
            }
        }
        base64(end);
        if (length > Cursor.PLAIN_LIMIT_CHARS) {
            writeCompact(positions, partial);
        }
    }

    /** Its first {@link #length} bytes are the cursor, until the next one is written. */
    public byte[] text() {
        return text;
    }

    public int length() {
        return length;
    }

    private void writeCompact(long[] positions, boolean partial) {
        byte[] compact = cursor(positions, partial).text().getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(compact, 0, text, 0, compact.length);
        length = compact.length;
    }

    long incarnation() {
        return incarnation;
    }

    /** The same cursor as a value. */
    public Cursor cursor(long[] positions) {
        return cursor(positions, Arrays.stream(positions).anyMatch(position -> position < 0));
    }

    private Cursor cursor(long[] positions, boolean partial) {
        int[] partitions = new int[positions.length];
        long[] offsets = new long[positions.length];
        int listed = 0;
        for (int partition = 0; partition < positions.length; partition++) {
            if (positions[partition] >= 0) {
                partitions[listed] = partition;
                offsets[listed++] = positions[partition];
            }
        }
        partitions = Arrays.copyOf(partitions, listed);
        offsets = Arrays.copyOf(offsets, listed);
        return partial
                ? new Cursor(incarnation, positions.length, partitions, offsets)
                : Cursor.of(topicId, partitions, offsets);
    }

    private int varint(long value, int at) {
        int end = at;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            body[end++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        body[end++] = (byte) rest;
        return end;
    }

    private void base64(int bodyLength) {
        text[0] = 'v';
        text[1] = '1';
        text[2] = '.';
        int out = 3;
        int in = 0;
        for (; in + 2 < bodyLength; in += 3) {
            int bits = (body[in] & 0xFF) << 16 | (body[in + 1] & 0xFF) << 8 | (body[in + 2] & 0xFF);
            text[out++] = ALPHABET[bits >>> 18];
            text[out++] = ALPHABET[bits >>> 12 & 63];
            text[out++] = ALPHABET[bits >>> 6 & 63];
            text[out++] = ALPHABET[bits & 63];
        }
        if (in < bodyLength) {
            boolean two = in + 1 < bodyLength;
            int bits = (body[in] & 0xFF) << 16 | (two ? (body[in + 1] & 0xFF) << 8 : 0);
            text[out++] = ALPHABET[bits >>> 18];
            text[out++] = ALPHABET[bits >>> 12 & 63];
            if (two) {
                text[out++] = ALPHABET[bits >>> 6 & 63];
            }
        }
        length = out;
    }
}
