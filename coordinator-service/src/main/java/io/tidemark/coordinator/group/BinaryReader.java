package io.tidemark.coordinator.group;

import io.tidemark.metadata.json.MetadataFormatException;
import java.nio.charset.StandardCharsets;

/**
 * Reads what {@link BinaryWriter} wrote. Each method takes what it reads, for the message of the
 * exception that it throws where that is not there or malformed. For one thread.
 */
final class BinaryReader {
    private static final int PAYLOAD_BITS = 7;
    private static final int PAYLOAD = (1 << PAYLOAD_BITS) - 1;

    private final byte[] bytes;
    private final int end;
    private int position;

    /**
     * @param start of the part to read
     * @param end behind its last byte
     */
    BinaryReader(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.position = start;
        this.end = end;
    }

    boolean hasMore() {
        return position < end;
    }

    int position() {
        return position;
    }

    /** Over bytes that are there. */
    void skip(int count) {
        position += count;
    }

    byte oneByte(String what) throws MetadataFormatException {
        need(1, what);
        return bytes[position++];
    }

    long eightBytes(String what) throws MetadataFormatException {
        need(Long.BYTES, what);
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = (value << Byte.SIZE) | (bytes[position++] & 0xFF);
        }
        return value;
    }

    long zigzag(String what) throws MetadataFormatException {
        long value = varint(what);
        return (value >>> 1) ^ -(value & 1);
    }

    /** One of 32 bits. */
    int smallZigzag(String what) throws MetadataFormatException {
        long value = zigzag(what);
        if ((int) value != value) {
            throw malformed(what + " is " + value);
        }
        return (int) value;
    }

    /** At least 0, and of 31 bits. */
    int index(String what) throws MetadataFormatException {
        long value = varint(what);
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw malformed(what + " is " + value);
        }
        return (int) value;
    }

    /** How many things follow, each of which takes a byte or more. */
    int length(String what) throws MetadataFormatException {
        long value = varint(what);
        if (value < 0 || value > end - position) {
            throw malformed(
                    "%s should take %s bytes, and %d are left"
                            .formatted(what, Long.toUnsignedString(value), end - position));
        }
        return (int) value;
    }

    String text(String what) throws MetadataFormatException {
        int length = length(what);
        String text = new String(bytes, position, length, StandardCharsets.UTF_8);
        position += length;
        return text;
    }

    private long varint(String what) throws MetadataFormatException {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += PAYLOAD_BITS) {
            byte next = oneByte(what);
            value |= (long) (next & PAYLOAD) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw malformed(what + " is a number of more than ten bytes");
    }

    private void need(int count, String what) throws MetadataFormatException {
        if (end - position < count) {
            throw malformed(what + " is cut off");
        }
    }

    MetadataFormatException malformed(String problem) {
        return new MetadataFormatException(
                "Malformed entry of groups at byte " + position + ": " + problem);
    }
}
