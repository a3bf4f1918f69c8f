package io.tidemark.testkit.simulation;

import io.tidemark.environment.Entropy;
import java.util.Arrays;
import java.util.BitSet;

/** A file's bytes as the page cache has them, and as the platter has them. */
final class SimulatedFile {
    static final int SECTOR_BYTES = 512;
    private static final byte[] EMPTY = {};

    private byte[] cached = EMPTY;
    private int size;
    private byte[] durable = EMPTY;
    private int durableSize;
    private final BitSet dirty = new BitSet();

    int size() {
        return size;
    }

    void write(byte[] bytes, int from, int length, int position) {
        if (length == 0) {
            return;
        }
        int end = position + length;
        if (end > cached.length) {
            cached = Arrays.copyOf(cached, Math.max(end, cached.length * 2));
        }
        System.arraycopy(bytes, from, cached, position, length);
        int firstTouched = Math.min(position, size);
        size = Math.max(size, end);
        dirty.set(firstTouched / SECTOR_BYTES, (end - 1) / SECTOR_BYTES + 1);
    }

    int read(byte[] target, int offset, int length, int position) {
        int count = Math.max(0, Math.min(length, size - position));
        System.arraycopy(cached, Math.min(position, size), target, offset, count);
        return count;
    }

    void truncate(int newSize) {
        if (newSize >= size) {
            return;
        }
        Arrays.fill(cached, newSize, size, (byte) 0);
        if (newSize % SECTOR_BYTES != 0) {
            dirty.set(newSize / SECTOR_BYTES);
        }
        size = newSize;
    }

    void force() {
        durable = resized(durable, durableSize, size);
        for (int s = dirty.nextSetBit(0); s >= 0; s = dirty.nextSetBit(s + 1)) {
            copySector(s, size);
        }
        durableSize = size;
        dirty.clear();
    }

    /** What a failed fdatasync leaves: pages that count as clean and were never written. */
    void loseDirty() {
        dirty.clear();
    }

    /** Loses power: of what was not forced, any sectors and any size in between survive. */
    void crash(Entropy entropy) {
        int low = Math.min(size, durableSize);
        int high = Math.max(size, durableSize);
        int kept =
                switch (entropy.nextInt(4)) {
                    case 0 -> durableSize;
                    case 1 -> low + entropy.nextInt(high - low + 1);
                    default -> size;
                };
        durable = resized(durable, durableSize, kept);
        int odds = 1 + entropy.nextInt(4);
        for (int s = dirty.nextSetBit(0); s >= 0; s = dirty.nextSetBit(s + 1)) {
            if (entropy.nextInt(odds) == 0) {
                copySector(s, kept);
            }
        }
        durableSize = kept;
        revert();
    }

    /** Loses everything that was not forced. */
    void revert() {
        cached = durable.clone();
        size = durableSize;
        dirty.clear();
    }

    private void copySector(int sector, int limit) {
        int from = sector * SECTOR_BYTES;
        int to = Math.min(Math.min(from + SECTOR_BYTES, limit), cached.length);
        if (from < to) {
            System.arraycopy(cached, from, durable, from, to - from);
        }
    }

    private static byte[] resized(byte[] bytes, int oldSize, int newSize) {
        if (newSize == bytes.length) {
            return bytes;
        }
        byte[] resized = new byte[newSize];
        System.arraycopy(bytes, 0, resized, 0, Math.min(oldSize, newSize));
        return resized;
    }

    /** Bits that changed by themselves, on the platter and so in the cache. */
    void flipBit(int position, int bit) {
        cached[position] ^= (byte) (1 << bit);
        if (position < durableSize) {
            durable[position] ^= (byte) (1 << bit);
        }
    }

    SimulatedFile durableCopy() {
        SimulatedFile copy = new SimulatedFile();
        copy.durable = durable.clone();
        copy.durableSize = durableSize;
        copy.revert();
        return copy;
    }
}
