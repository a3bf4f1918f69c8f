package io.tidemark.coordinator.group;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Collects bytes. For one thread. */
final class BinaryWriter {
    private static final int PAYLOAD_BITS = 7;
    private static final int PAYLOAD = (1 << PAYLOAD_BITS) - 1;
    private static final int MORE = 1 << PAYLOAD_BITS;

    private byte[] buffer;
    private int size;

    /**
     * @param expectedBytes grows where there are more
     */
    BinaryWriter(int expectedBytes) {
        buffer = new byte[expectedBytes];
    }

    BinaryWriter oneByte(byte value) {
        room(1);
        buffer[size++] = value;
        return this;
    }

    /** Highest first. */
    BinaryWriter eightBytes(long value) {
        room(Long.BYTES);
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            buffer[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    /** Lowest bits first; all 64 count, so negative numbers take ten bytes. */
    BinaryWriter varint(long value) {
        long rest = value;
        while ((rest & ~PAYLOAD) != 0) {
            oneByte((byte) ((rest & PAYLOAD) | MORE));
            rest >>>= PAYLOAD_BITS;
        }
        return oneByte((byte) rest);
    }

    /** A varint that is short for small negative numbers, too. */
    BinaryWriter zigzag(long value) {
        return varint((value << 1) ^ (value >> (Long.SIZE - 1)));
    }

    BinaryWriter text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return varint(utf8.length).bytes(utf8);
    }

    BinaryWriter bytes(byte[] value) {
        room(value.length);
        System.arraycopy(value, 0, buffer, size, value.length);
        size += value.length;
        return this;
    }

    byte[] toBytes() {
        return Arrays.copyOf(buffer, size);
    }

    private void room(int more) {
        if (buffer.length - size < more) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + more));
        }
    }
}
