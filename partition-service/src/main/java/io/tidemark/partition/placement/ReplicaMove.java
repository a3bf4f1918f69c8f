package io.tidemark.partition.placement;

import io.tidemark.environment.DiskFullException;
import io.tidemark.partition.log.LogConfig;
import io.tidemark.partition.log.LogCopy;
import io.tidemark.partition.log.LogCopy.Portion;
import io.tidemark.partition.log.LogCopy.Position;
import io.tidemark.partition.log.LogCopy.Progress;
import io.tidemark.partition.log.LogStore.RecoveryProgress;
import io.tidemark.partition.log.LogStore.StoredPartition;
import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.serving.Partition;
import io.tidemark.partition.storage.LogDirectory;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One replica on its way into another log directory: its copy, and how far that is.
 *
 * <pre>
 *  COPYING -> MOVED      the copy has become the replica
 *  COPYING -> ENDED      cancelled, or the directory has failed: the copy is gone, or will be
 *  COPYING -> STOPPED    the process stops: the next one goes on from what is there
 * </pre>
 *
 * Blocks, so it is for workers; one at a time, by its own lock.
 */
public final class ReplicaMove {
    private static final int PORTION_BYTES = 1 << 20;

    private final StoredPartition replica;
    private final LogDirectory to;
    private final PartitionLog copy;
    private final LogCopy copier;
    private State state = State.COPYING; // guarded by this
    private volatile long endOffset;
    private volatile long sizeBytes;

    enum State {
        COPYING,
        MOVED,
        ENDED,
        STOPPED
    }

    /** What is shown of it. */
    public record Shown(StoredPartition replica, LogDirectory to, long endOffset, long sizeBytes) {
        /** Whether it is this partition that moves. */
        public boolean isOf(Partition partition) {
            return replica.topicId().equals(partition.topicId())
                    && replica.partition() == partition.index();
        }
    }

    /** Opens the copy, which is durable then, be it empty. */
    public static ReplicaMove begin(StoredPartition replica, LogConfig config, LogDirectory to)
            throws IOException {
        return new ReplicaMove(replica, to, to.store().openFuture(replica, config));
    }

    private ReplicaMove(StoredPartition replica, LogDirectory to, PartitionLog copy) {
        this.replica = replica;
        this.to = to;
        this.copy = copy;
        this.copier = new LogCopy(copy);
        to.partitionAdded();
        look();
    }

    private void look() {
        endOffset = copy.logEndOffset();
        sizeBytes = copy.sizeBytes();
    }

    StoredPartition replica() {
        return replica;
    }

    LogDirectory to() {
        return to;
    }

    Shown shown() {
        return new Shown(replica, to, endOffset, sizeBytes);
    }

    /** What the copy has; empty where it is not wanted any more. */
    public synchronized Optional<Position> position() {
        return state == State.COPYING ? Optional.of(copier.position()) : Optional.empty();
    }

    /** Looks what the copy lacks of what is safe in the replica. On the partition's loop. */
    static @Nullable Portion next(Partition partition, Position at) throws IOException {
        if (!partition.stored().online()) {
            return null;
        }
        PartitionLog log = partition.log();
        long end =
                partition.settings().log().fsyncBeforeAck()
                        ? log.flushedEndOffset()
                        : log.logEndOffset();
        return LogCopy.next(log, at, end, PORTION_BYTES);
    }

    /** Copies a portion; empty where it is not wanted any more. */
    public synchronized Optional<Progress> take(Portion portion) throws IOException {
        if (state != State.COPYING) {
            if (portion instanceof Portion.Records records) {
                records.bytes().release();
            }
            return Optional.empty();
        }
        Progress progress = copier.take(portion);
        look();
        return Optional.of(progress);
    }

    /**
     * Copies the rest and makes the copy the replica.
     *
     * @param original the replica's log, which nothing else uses
     * @return the log to go on with; empty where the original has to be
     * @throws IOException where the copy's directory fails; the original goes on
     */
    public synchronized Optional<PartitionLog> complete(PartitionLog original, LogConfig config)
            throws IOException {
        if (state != State.COPYING) {
            return Optional.empty();
        }
        Progress progress = new Progress.Copied(0);
        while (progress instanceof Progress.Copied) {
            progress =
                    copier.take(
                            LogCopy.next(
                                    original,
                                    copier.position(),
                                    original.logEndOffset(),
                                    PORTION_BYTES));
        }
        look();
        if (!(progress instanceof Progress.Complete)) {
            return Optional.empty();
        }
        copy.noteHighWatermark(original.notedHighWatermark());
        copy.close();
        to.store().promote(replica);
        PartitionLog moved =
                to.store()
                        .openLog(
                                replica.topic(),
                                replica.partition(),
                                replica.topicId(),
                                config,
                                PartitionLog.Recovery.CLEAN,
                                RecoveryProgress.IGNORED);
        state = State.MOVED;
        return Optional.of(moved);
    }

    /**
     * Ends it, and removes the copy.
     *
     * @return false where it had ended before
     */
    synchronized boolean cancel() throws IOException {
        if (state != State.COPYING) {
            return false;
        }
        state = State.ENDED;
        copy.abandon();
        to.partitionRemoved();
        try {
            to.store().deleteFuture(replica);
        } catch (DiskFullException e) {
            // What is left is removed by the next start, which finds it again.
        }
        return true;
    }

    /** Ends it without touching the disk, which has failed. */
    synchronized void giveUp() {
        if (state == State.COPYING) {
            state = State.ENDED;
            copy.abandon();
            to.partitionRemoved();
        }
    }

    /** Lets go of the files. The copy is found again by the next start. */
    synchronized void stop() {
        if (state == State.COPYING) {
            state = State.STOPPED;
            copy.abandon();
        }
    }
}
