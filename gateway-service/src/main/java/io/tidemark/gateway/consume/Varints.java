package io.tidemark.gateway.consume;

import java.util.Arrays;

/** A row of unsigned LEB128 numbers in {@code [0, 2^63)}, written or read from front to back. */
final class Varints {
    private byte[] bytes;
    private int position;

    Varints(int capacity) {
        bytes = new byte[capacity];
    }

    Varints(byte[] bytes) {
        this.bytes = bytes;
    }

    Varints put(long value) {
        if (bytes.length - position < 10) {
            bytes = Arrays.copyOf(bytes, bytes.length * 2 + 10);
        }
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[position++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[position++] = (byte) rest;
        return this;
    }

    Varints putAll(long[] values) {
        for (long value : values) {
            put(value);
        }
        return this;
    }

    Varints putBytes(byte[] more) {
        if (bytes.length - position < more.length) {
            bytes = Arrays.copyOf(bytes, bytes.length * 2 + more.length);
        }
        System.arraycopy(more, 0, bytes, position, more.length);
        position += more.length;
        return this;
    }

    byte[] written() {
        return Arrays.copyOf(bytes, position);
    }

    boolean hasMore() {
        return position < bytes.length;
    }

    long take() throws MalformedVarintException {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            if (position == bytes.length) {
                throw new MalformedVarintException("it ends in the middle of a number");
            }
            byte next = bytes[position++];
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedVarintException("it holds a number of more than 63 bits");
    }

    byte[] takeBytes(int count) throws MalformedVarintException {
        if (count > bytes.length - position) {
            throw new MalformedVarintException("it ends before it should");
        }
        position += count;
        return Arrays.copyOfRange(bytes, position - count, position);
    }

    int takeInt(int max) throws MalformedVarintException {
        long value = take();
        if (value > max) {
            throw new MalformedVarintException("it holds a number out of range");
        }
        return (int) value;
    }
}
