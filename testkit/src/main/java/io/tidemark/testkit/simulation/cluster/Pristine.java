package io.tidemark.testkit.simulation.cluster;

import io.tidemark.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What one partition's batches said on a node before a bit of them changed: a leader that has not
 * noticed yet commits them all the same, for its followers have them whole.
 */
final class Pristine {
    private final TreeMap<Long, ByteBuffer> batches = new TreeMap<>();

    /**
     * @param batch from its position to its limit; copied
     */
    void keep(ByteBuffer batch) {
        ByteBuffer copy = ByteBuffer.allocate(batch.remaining()).put(batch.duplicate()).flip();
        batches.putIfAbsent(BatchHeader.baseOffset(copy, 0), copy);
    }

    void forget() {
        batches.clear();
    }

    /** The batch that holds an offset, as it was; null where none changed there. */
    @Nullable ByteBuffer holding(long offset) {
        Map.Entry<Long, ByteBuffer> below = batches.floorEntry(offset);
        return below != null && BatchHeader.lastOffset(below.getValue(), 0) >= offset
                ? below.getValue()
                : null;
    }
}
