package io.tidemark.testkit.log;

import io.tidemark.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the log must hold, kept in the plainest way. */
final class LogModel {
    /** Every batch that was written, oldest first, those below the start included. */
    private final List<Batch> batches = new ArrayList<>();

    /** Batches from here on may or may not have been written before a crash. */
    long certainEnd;

    /** Everything below was acknowledged. */
    long ackedEnd;

    /** The start that was acknowledged, and the furthest that was asked for. */
    long durableStart;

    long requestedStart;

    /**
     * A batch as it is in the log.
     *
     * @param timestampsMs of each of its records
     */
    record Batch(long baseOffset, byte[] bytes, long[] timestampsMs) {
        private ByteBuffer header() {
            return ByteBuffer.wrap(bytes);
        }

        long endOffset() {
            return BatchHeader.lastOffset(header(), 0) + 1;
        }

        int leaderEpoch() {
            return BatchHeader.leaderEpoch(header(), 0);
        }

        long producerId() {
            return BatchHeader.producerId(header(), 0);
        }

        short producerEpoch() {
            return BatchHeader.producerEpoch(header(), 0);
        }

        int baseSequence() {
            return BatchHeader.baseSequence(header(), 0);
        }

        int lastSequence() {
            return BatchHeader.lastSequence(header(), 0);
        }
    }

    void add(Batch batch) {
        batches.add(batch);
    }

    void removeLast() {
        batches.removeLast();
    }

    long end() {
        return batches.isEmpty() ? 0 : batches.getLast().endOffset();
    }

    /** The batch that holds an offset. */
    Batch at(long offset) {
        int low = 0;
        int high = batches.size() - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (batches.get(middle).endOffset() > offset) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return batches.get(low);
    }

    boolean isBoundary(long offset) {
        return offset == 0
                || offset == end()
                || (offset < end() && at(offset).baseOffset() == offset);
    }

    void truncate(long end) {
        while (end() > end) {
            batches.removeLast();
        }
        certainEnd = Math.min(certainEnd, end());
        ackedEnd = Math.min(ackedEnd, end());
    }

    List<Batch> batches() {
        return batches;
    }

    /** The last batches of each producer's last epoch, newest first. */
    Map<Long, List<Batch>> byProducer() {
        Map<Long, List<Batch>> producers = new HashMap<>();
        for (int i = batches.size() - 1; i >= 0; i--) {
            Batch batch = batches.get(i);
            if (batch.producerId() >= 0) {
                List<Batch> known =
                        producers.computeIfAbsent(batch.producerId(), id -> new ArrayList<>());
                if (known.isEmpty() || known.getFirst().producerEpoch() == batch.producerEpoch()) {
                    known.add(batch);
                }
            }
        }
        return producers;
    }
}
