package io.tidemark.gateway.stream;

import io.tidemark.gateway.consume.PartitionRead;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Followers away from the tail: each reads the log from its own positions, one read at a time and
 * only while its outlet is ready, until it can join. One thread: the tail's.
 */
final class CatchUp {

    private final TailConfig config;
    private final RecordSource source;
    private final Delivery delivery;
    private final StreamMetrics metrics;
    private final Predicate<Follower> join;
    private final Consumer<Follower> finished;
    private final BiConsumer<Follower, PartitionRead> fail;
    private int partitionCount;

    /**
     * @param join lets a follower join the tail, or wait for a place there; false where it must
     *     read on
     * @param finished told of a follower that has all that it asked for
     * @param fail told of a follower that cannot be given what comes next, and why
     */
    CatchUp(
            TailConfig config,
            RecordSource source,
            Delivery delivery,
            StreamMetrics metrics,
            int partitionCount,
            Predicate<Follower> join,
            Consumer<Follower> finished,
            BiConsumer<Follower, PartitionRead> fail) {
        this.config = config;
        this.source = source;
        this.delivery = delivery;
        this.metrics = metrics;
        this.partitionCount = partitionCount;
        this.join = join;
        this.finished = finished;
        this.fail = fail;
    }

    void grow(int partitionCount) {
        this.partitionCount = partitionCount;
    }

    /** Takes a follower one step further: writes what was read, joins, or reads. */
    void advance(Follower follower) {
        if (follower.reading || follower.place != Follower.Place.CATCHING_UP) {
            return;
        }
        writeBacklog(follower);
        if (follower.place != Follower.Place.CATCHING_UP
                || !follower.backlog.isEmpty()
                || follower.outOfCredit
                || !follower.outlet().ready()
                || join.test(follower)) {
            return;
        }
        int[] partitions = wanted(follower);
        long[] offsets = new long[partitions.length];
        for (int i = 0; i < partitions.length; i++) {
            offsets[i] = Positions.at(follower.positions(), partitions[i]);
        }
        follower.reading = true;
        source.read(partitions, offsets, config.readBytes(), reads -> read(follower, reads));
    }

    private int[] wanted(Follower follower) {
        int[] partitions = new int[partitionCount];
        int count = 0;
        for (int partition = 0; partition < partitionCount; partition++) {
            if (follower.wants(partition)) {
                partitions[count++] = partition;
            }
        }
        return Arrays.copyOf(partitions, count);
    }

    private void read(Follower follower, List<PartitionRead> reads) {
        follower.reading = false;
        if (follower.place != Follower.Place.CATCHING_UP) {
            PartitionRead.releaseAll(reads);
            return;
        }
        PartitionRead damaged =
                follower.damage(config.damageMs()).lasting(reads, delivery.nowNanos());
        if (damaged != null && reads.stream().noneMatch(CatchUp::hasRecords)) {
            fail.accept(follower, damaged);
            return;
        }
        follower.atEnd = true;
        for (PartitionRead read : reads) {
            follower.atEnd &=
                    read instanceof PartitionRead.Records records
                            && records.nextOffset() >= records.endOffset();
        }
        follower.backlog.addAll(Frame.of(follower.positions(), reads, config.frameBytes(), false));
        advance(follower);
    }

    private static boolean hasRecords(PartitionRead read) {
        return read instanceof PartitionRead.Records found && !found.records().isEmpty();
    }

    /** Writes what was read while the outlet takes it; keeps the rest only within the budget. */
    private void writeBacklog(Follower follower) {
        release(follower);
        while (!follower.backlog.isEmpty() && follower.outlet().ready()) {
            delivery.chosen(follower, follower.backlog.element());
            if (follower.outOfCredit) {
                break;
            }
            follower.backlog.remove().release();
            if (follower.done()) {
                finished.accept(follower);
                return;
            }
        }
        long held = 0;
        boolean large = false;
        for (Frame frame : follower.backlog) {
            held += frame.sizeBytes();
            large |= frame.large();
        }
        // What is large is not kept for a socket that takes nothing: it is read again.
        if (large || held > 0 && metrics.backlogBytes() + held > config.backlogBytes()) {
            clear(follower);
            follower.atEnd = false;
            return;
        }
        follower.backlogBytes = held;
        metrics.holdBacklog(held);
    }

    private void release(Follower follower) {
        metrics.holdBacklog(-follower.backlogBytes);
        follower.backlogBytes = 0;
    }

    /** Forgets what was read for a follower that is going. */
    void drop(Follower follower) {
        release(follower);
        clear(follower);
    }

    private static void clear(Follower follower) {
        follower.backlog.forEach(Frame::release);
        follower.backlog.clear();
    }
}
