package io.tidemark.testkit.simulation.cluster;

import static io.tidemark.testkit.simulation.cluster.Violation.unless;

import io.tidemark.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What one partition has committed: every batch below the highest watermark that any of its
 * replicas ever had, as the first replica to get there had it. It only grows.
 */
final class Ledger {
    private final String partition;
    private long[] bases = new long[64];
    private long[] contents = new long[64];
    private int[] epochs = new int[64];
    private int batches;
    private long end;
    private long start;
    private final Map<Sent, Long> sequences = new HashMap<>();
    private final Map<Long, Short> producerEpochs = new HashMap<>();

    private record Sent(long producerId, short producerEpoch, int sequence) {}

    Ledger(String partition) {
        this.partition = partition;
    }

    /** The offset after the last committed record. */
    long end() {
        return end;
    }

    int batches() {
        return batches;
    }

    /** A number for what a batch says, wherever it is stored: its CRC and how many records. */
    static long content(ByteBuffer batch, int position) {
        return BatchHeader.crc(batch, position) << 16
                | BatchHeader.lastOffsetDelta(batch, position) & 0xFFFF;
    }

    /** A replica holds the batch at {@code position} below its high watermark. */
    void committed(String replica, ByteBuffer batch, int position) {
        long base = BatchHeader.baseOffset(batch, position);
        if (base < end) {
            compare(
                    replica,
                    base,
                    content(batch, position),
                    BatchHeader.leaderEpoch(batch, position));
        } else {
            extend(replica, base, batch, position);
        }
    }

    private void extend(String replica, long base, ByteBuffer batch, int position) {
        unless(
                base == end,
                Invariant.ONE_LOG,
                "%s of %s commits a batch at %d after the end %d",
                replica,
                partition,
                base,
                end);
        int epoch = BatchHeader.leaderEpoch(batch, position);
        unless(
                batches == 0 || epochs[batches - 1] <= epoch,
                Invariant.NO_FENCED_WRITE,
                "%s of %s commits a batch of epoch %d at %d after one of a later epoch",
                replica,
                partition,
                epoch,
                base);
        checkProducer(base, batch, position);
        if (batches == bases.length) {
            bases = Arrays.copyOf(bases, batches * 2);
            contents = Arrays.copyOf(contents, batches * 2);
            epochs = Arrays.copyOf(epochs, batches * 2);
        }
        bases[batches] = base;
        contents[batches] = content(batch, position);
        epochs[batches] = epoch;
        batches++;
        end = BatchHeader.lastOffset(batch, position) + 1;
    }

    private void checkProducer(long base, ByteBuffer batch, int position) {
        if (!BatchHeader.hasProducerId(batch, position)) {
            return;
        }
        long producerId = BatchHeader.producerId(batch, position);
        short producerEpoch = BatchHeader.producerEpoch(batch, position);
        int sequence = BatchHeader.baseSequence(batch, position);
        // What was deleted is forgotten, with the producers that nothing else is known of.
        Long stored = sequences.put(new Sent(producerId, producerEpoch, sequence), base);
        unless(
                stored == null || stored < start,
                Invariant.STORED_ONCE,
                "%s has sequence %d of producer %d (epoch %d) again at %d",
                partition,
                sequence,
                producerId,
                producerEpoch,
                base);
        Short before = producerEpochs.put(producerId, producerEpoch);
        unless(
                before == null || before <= producerEpoch,
                Invariant.STORED_ONCE,
                "%s has a batch of producer %d with the fenced epoch %d at %d",
                partition,
                producerId,
                producerEpoch,
                base);
    }

    private void compare(String replica, long base, long content, int epoch) {
        int at = at(base);
        unless(
                bases[at] == base && contents[at] == content,
                Invariant.ONE_LOG,
                "%s of %s has other bytes at %d than were committed (there is a batch at %d)",
                replica,
                partition,
                base,
                bases[at]);
        unless(
                epochs[at] == epoch,
                Invariant.ONE_EPOCH_HISTORY,
                "%s of %s has epoch %d at %d, not %d",
                replica,
                partition,
                epoch,
                base,
                epochs[at]);
    }

    /** A replica's log starts at an offset. */
    void startsAt(long logStart) {
        start = Math.max(start, logStart);
    }

    /** A producer was told that its batch is safe. */
    void acknowledged(String producer, long base, long content) {
        unless(
                base >= 0 && base < end && bases[at(base)] == base && contents[at(base)] == content,
                Invariant.ACKNOWLEDGED_IS_KEPT,
                "%s was told that its batch is safe in %s at %d, where it is not; the end is %d",
                producer,
                partition,
                base,
                end);
    }

    /** Whether a batch lies there with that content. */
    boolean holds(long base, long content) {
        return base < end && bases[at(base)] == base && contents[at(base)] == content;
    }

    /** The epoch that wrote the record at an offset below the end. */
    int epochOf(long offset) {
        return epochs[at(offset)];
    }

    /** The base offset of the batch that holds an offset below the end. */
    long baseOf(long offset) {
        return bases[at(offset)];
    }

    private int at(long offset) {
        int found = Arrays.binarySearch(bases, 0, batches, offset);
        return found >= 0 ? found : -found - 2;
    }
}
