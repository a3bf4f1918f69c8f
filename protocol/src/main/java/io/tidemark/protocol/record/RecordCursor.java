package io.tidemark.protocol.record;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One record inside a batch, where it lies. Fields are positions in the buffer.
 *
 * <pre>
 *  varint   length             bytes of the record after this field
 *  byte     attributes         unused
 *  varlong  timestampDelta     to the batch's baseTimestamp
 *  varint   offsetDelta        to the batch's baseOffset
 *  varint   keyLength, key     -1 no key
 *  varint   valueLength, value -1 no value
 *  varint   headerCount
 *  each:    varint nameLength, name, varint valueLength (-1 null), value
 * </pre>
 *
 * Varints are zigzag, least significant group first, seven bits a byte.
 */
final class RecordCursor {
    /** What the last varint read has as its end when it made no sense. */
    private static final int BAD = -1;

    long timestampDelta;
    int offsetDelta;
    int keyPosition;
    int keyLength;
    int valuePosition;
    int valueLength;
    int headerCount;
    int headersPosition;

    /** The next record begins here. */
    int end;

    private final ByteBuffer buffer;
    private long varint;

    RecordCursor(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    /**
     * Reads the record at {@code position}, headers included.
     *
     * @param limit the records end here
     * @return what is wrong with it; null where all is well
     */
    @Nullable String read(int position, int limit) {
        int at = varint(position, limit);
        long length = varint;
        if (at == BAD || length < 0 || length > limit - at) {
            return "its length is not within the batch";
        }
        end = at + (int) length;
        at = varint(at + 1, end);
        timestampDelta = varint;
        at = at == BAD ? BAD : varint(at, end);
        if (at == BAD || !isInt(varint)) {
            return "its timestamp or offset is malformed";
        }
        offsetDelta = (int) varint;
        at = varint(at, end);
        keyLength = length(at);
        keyPosition = at;
        if (keyLength == Integer.MIN_VALUE) {
            return "its key is not within the record";
        }
        at = varint(at + Math.max(keyLength, 0), end);
        valueLength = length(at);
        valuePosition = at;
        if (valueLength == Integer.MIN_VALUE) {
            return "its value is not within the record";
        }
        return readHeaders(at + Math.max(valueLength, 0));
    }

    private @Nullable String readHeaders(int position) {
        int at = varint(position, end);
        if (at == BAD || varint < 0 || varint > end - at) {
            return "its header count is malformed";
        }
        headerCount = (int) varint;
        headersPosition = at;
        for (int i = 0; i < headerCount; i++) {
            at = varint(at, end);
            int nameLength = length(at);
            if (nameLength < 0) {
                return "a header's name is not within the record";
            }
            at = varint(at + nameLength, end);
            int length = length(at);
            if (length == Integer.MIN_VALUE) {
                return "a header's value is not within the record";
            }
            at += Math.max(length, 0);
        }
        return at == end ? null : "its length does not match its content";
    }

    /**
     * The header that starts at {@code position}; {@link #headerEnd} is the next one's position.
     */
    RecordHeader header(int position) {
        int at = varint(position, end);
        int nameLength = (int) varint;
        byte[] name = new byte[nameLength];
        buffer.get(at, name);
        at = varint(at + nameLength, end);
        int length = (int) varint;
        headerEnd = at + Math.max(length, 0);
        return new RecordHeader(
                new String(name, java.nio.charset.StandardCharsets.UTF_8),
                length < 0 ? null : buffer.slice(at, length));
    }

    /** Where the header ended that {@link #header} returned. */
    int headerEnd;

    @Nullable ByteBuffer key() {
        return keyLength < 0 ? null : buffer.slice(keyPosition, keyLength);
    }

    @Nullable ByteBuffer value() {
        return valueLength < 0 ? null : buffer.slice(valuePosition, valueLength);
    }

    /** The varint just read as a length: -1 null; MIN_VALUE where it is not within the record. */
    private int length(int at) {
        boolean within = at != BAD && varint >= -1 && varint <= end - at;
        return within ? (int) varint : Integer.MIN_VALUE;
    }

    /**
     * Reads a varint of at most ten bytes into {@link #varint}.
     *
     * @return the position after it; {@link #BAD} where it does not end before {@code limit}
     */
    private int varint(int position, int limit) {
        long raw = 0;
        int at = position;
        for (int shift = 0; shift < 70 && at < limit; shift += 7) {
            byte b = buffer.get(at++);
            raw |= (b & 0x7fL) << shift;
            if (b >= 0) {
                varint = (raw >>> 1) ^ -(raw & 1);
                return at;
            }
        }
        return BAD;
    }

    private static boolean isInt(long value) {
        return value == (int) value;
    }
}
