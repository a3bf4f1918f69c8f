package io.tidemark.protocol.record;

import io.netty.buffer.ByteBuf;

/**
 * Kafka's default partitioner for records with a key: equal keys go where every Kafka client sends
 * them. Which partition a record without a key gets is its batch's business.
 */
public final class Partitioner {
    private static final int SEED = 0x9747b28c;
    private static final int M = 0x5bd1e995;
    private static final int R = 24;

    private Partitioner() {}

    /**
     * The partition of a key: its readable bytes, of which none are consumed.
     *
     * @param partitions number of partitions, at least 1
     */
    public static int partition(ByteBuf key, int partitions) {
        return (murmur2(key, key.readerIndex(), key.readableBytes()) & Integer.MAX_VALUE)
                % partitions;
    }

    /** As {@link #partition(ByteBuf, int)}, of a whole array. */
    public static int partition(byte[] key, int partitions) {
        return (murmur2(key) & Integer.MAX_VALUE) % partitions;
    }

    /** Austin Appleby's 32-bit MurmurHash2 with Kafka's seed. */
    public static int murmur2(byte[] data) {
        int length = data.length;
        int h = SEED ^ length;
        int i = 0;
        for (; i + 4 <= length; i += 4) {
            h = mix(h, (int) LITTLE_ENDIAN_INT.get(data, i));
        }
        int tail = 0;
        for (int j = length - 1; j >= i; j--) {
            tail = (tail << 8) | (data[j] & 0xff);
        }
        return finish(h, tail, i < length);
    }

    private static int murmur2(ByteBuf data, int from, int length) {
        int h = SEED ^ length;
        int end = from + length;
        int i = from;
        for (; i + 4 <= end; i += 4) {
            h = mix(h, data.getIntLE(i));
        }
        int tail = 0;
        for (int j = end - 1; j >= i; j--) {
            tail = (tail << 8) | data.getUnsignedByte(j);
        }
        return finish(h, tail, i < end);
    }

    private static int mix(int h, int word) {
        int k = word * M;
        k ^= k >>> R;
        return (h * M) ^ (k * M);
    }

    private static int finish(int hash, int tail, boolean hasTail) {
        int h = hasTail ? (hash ^ tail) * M : hash;
        h ^= h >>> 13;
        h *= M;
        return h ^ (h >>> 15);
    }

    private static final java.lang.invoke.VarHandle LITTLE_ENDIAN_INT =
            java.lang.invoke.MethodHandles.byteArrayViewVarHandle(
                    int[].class, java.nio.ByteOrder.LITTLE_ENDIAN);
}
