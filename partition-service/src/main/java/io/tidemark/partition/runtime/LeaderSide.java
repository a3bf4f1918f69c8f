package io.tidemark.partition.runtime;

import io.tidemark.environment.DiskFullException;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.log.PartitionLog.AppendOutcome;
import io.tidemark.partition.log.PartitionLog.EpochEnd;
import io.tidemark.partition.log.RecordChecks;
import io.tidemark.partition.replica.Nodes;
import io.tidemark.partition.replica.Replica;
import io.tidemark.partition.replica.ReplicaFetch;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.Recompression;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a partition does while it leads: takes records, and hands them to its followers. */
final class LeaderSide {
    private final Partition partition;
    private final StoredLog stored;
    private final PartitionLog log;
    private final Replica replica;
    private final Surroundings around;
    private final Acknowledgements acknowledgements = new Acknowledgements();
    private final WaitingFetches followers;
    private final BatchPacker.Lane lane;
    private final Map<Integer, HandedOut> handedOut = new HashMap<>(4);
    private @Nullable PartitionImage decidedLast;

    LeaderSide(Partition partition, StoredLog stored, Replica replica, Surroundings around) {
        this.partition = partition;
        this.stored = stored;
        this.log = stored.log();
        this.replica = replica;
        this.around = around;
        this.followers = new WaitingFetches(around.loop());
        this.lane =
                around.packer()
                .new Lane(
                        this::appendChecked,
                        this::refuse,
                        () -> partition.settings().log().maxMessageBytes());
    }

    void append(ByteBuffer records, boolean allReplicas, long deadlineNanos, AppendReply reply) {
        partition.traffic().produced();
        Optional<Recompression.Target> target = partition.settings().compression();
        boolean otherwise =
                target.isPresent()
                        && records.remaining() <= partition.settings().log().maxMessageBytes()
                        && Recompression.isNeeded(records, target.get());
        if (!otherwise && lane.isIdle(reply)) {
            append(records, RecordChecks.BRIEF, allReplicas, deadlineNanos, reply);
        } else if (takesRecords(allReplicas, reply)) {
            lane.add(
                    records,
                    otherwise ? target : Optional.empty(),
                    allReplicas,
                    deadlineNanos,
                    reply);
        }
    }

    private void appendChecked(
            ByteBuffer records, boolean allReplicas, long deadlineNanos, AppendReply reply) {
        append(records, RecordChecks.DONE, allReplicas, deadlineNanos, reply);
    }

    private void append(
            ByteBuffer records,
            RecordChecks checks,
            boolean allReplicas,
            long deadlineNanos,
            AppendReply reply) {
        if (!takesRecords(allReplicas, reply)) {
            return;
        }
        int bytes = records.remaining();
        AppendQueue queue = acknowledgements.queue(allReplicas);
        try {
            switch (log.append(records, replica.leaderEpoch(), checks)) {
                case AppendOutcome.Appended(long base, long last, long timeMs) -> {
                    stored.wrote(bytes);
                    around.metrics().appended(bytes);
                    partition.traffic().appended(last - base + 1, bytes);
                    queue.add(last, base, timeMs, deadlineNanos, reply);
                    written(queue);
                    partition.mending.look();
                }
                case AppendOutcome.Duplicate(long base, long last, long timeMs) -> {
                    queue.add(last, base, timeMs, deadlineNanos, reply);
                    written(queue);
                }
                case AppendOutcome.Rejected rejected ->
                        refuse(reply, ErrorCode.of(rejected.error()), rejected.message());
                case AppendOutcome.Unchecked unchecked ->
                        lane.add(records, Optional.empty(), allReplicas, deadlineNanos, reply);
            }
        } catch (DiskFullException e) {
            around.metrics().diskFull();
            refuse(
                    reply,
                    ErrorCode.KAFKA_STORAGE_ERROR,
                    "The disk of log directory %s is full".formatted(stored.directory().path()));
        } catch (IOException e) {
            partition.failed(e);
            refuse(reply, ErrorCode.KAFKA_STORAGE_ERROR, stored.directoryHasFailed());
        }
    }

    private boolean takesRecords(boolean allReplicas, AppendReply reply) {
        ErrorCode refusal = partition.refusal(-1);
        if (refusal != ErrorCode.NONE) {
            refuse(reply, refusal, "%s cannot take records here".formatted(partition));
        } else if (allReplicas && !replica.enoughInSync()) {
            refusal = ErrorCode.NOT_ENOUGH_REPLICAS;
            refuse(reply, refusal, tooFewInSync());
        }
        return refusal == ErrorCode.NONE;
    }

    private void refuse(AppendReply reply, ErrorCode error, String message) {
        partition.traffic().produceFailed();
        reply.refused(error, message);
    }

    private String tooFewInSync() {
        return "%s has fewer in-sync replicas than min.insync.replicas=%d"
                .formatted(partition, partition.settings().minInSync());
    }

    private void written(AppendQueue queue) {
        replica.written(log.logEndOffset());
        followers.committed(stored.writtenBytes());
        followers.wakeAfterThisPass(); // before the sync: theirs runs beside this one
        if (partition.settings().log().fsyncBeforeAck()) {
            stored.syncWhatIsWritten();
        } else {
            partition.safeTo(log.logEndOffset(), stored.writtenBytes());
        }
        release(); // a retry of what is safe already is answered at once
        if (!queue.isEmpty()) {
            around.loop().awaiting(partition);
        }
    }

    /** Answers what is safe now. */
    void release() {
        acknowledgements.release(replica.ownEnd(), replica.highWatermark(), log.logStartOffset());
    }

    /** Gives up appends whose time is over; returns whether none waits any more. */
    boolean expire(long nowNanos) {
        return acknowledgements.expire(nowNanos);
    }

    /** Gives up all that waits. */
    void stop(ErrorCode error, String message) {
        acknowledgements.fail(error, message);
        followers.lookAgain();
    }

    /** Takes note of another in-sync set: too small a one ends the wait of acks=all. */
    void inSyncChanged(PartitionImage decided) {
        if (replica.leading() && decidedLast != null) {
            around.metrics().inSyncChanged(decidedLast, decided);
        }
        decidedLast = decided;
        if (replica.leading() && !replica.enoughInSync()) {
            acknowledgements.failCommits(
                    ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND, tooFewInSync());
        }
        release();
    }

    WaitingFetches followers() {
        return followers;
    }

    /** What a follower's fetch comes to. */
    ReplicaAnswer fetched(ReplicaFetch fetch, int leaderEpoch, boolean first) {
        ErrorCode refusal = partition.refusal(leaderEpoch);
        if (refusal == ErrorCode.NONE && !replica.hasFollower(fetch.nodeId())) {
            refusal = ErrorCode.UNKNOWN_LEADER_EPOCH; // one of the two is behind the metadata
        }
        if (refusal != ErrorCode.NONE) {
            return new ReplicaAnswer.Refused(refusal);
        }
        long offset = fetch.fetchOffset();
        Optional<EpochEnd> fork = log.divergence(offset, fetch.lastFetchedEpoch());
        if (fork.isPresent()) {
            return new ReplicaAnswer.Diverges(fork.get().leaderEpoch(), fork.get().endOffset());
        }
        if (offset < log.logStartOffset() || offset > log.logEndOffset()) {
            return new ReplicaAnswer.OutOfRange(log.logStartOffset());
        }
        if (first) {
            long nowNanos = around.clock().nanos();
            if (replica.fetched(fetch, nowNanos)) {
                partition.highWatermarkMoved();
            }
            propose(fetch.nodeId(), nowNanos);
        }
        return new ReplicaAnswer.Reads(mustWait(fetch.nodeId()));
    }

    private boolean mustWait(int node) {
        long rate = partition.settings().replication().leaderBytesPerSecond();
        return rate > 0
                && !replica.inSync(node)
                && around.loop().handOut().waitNanos(rate, around.clock().nanos()) > 0;
    }

    /**
     * A follower was handed records. One that asks for the same ones again and again may not be
     * able to take them: they are read again here, and what is damaged is reported.
     */
    void handedOut(int nodeId, long offset, int bytes) {
        if (partition.settings().replication().leaderBytesPerSecond() > 0
                && !replica.inSync(nodeId)) {
            around.loop().handOut().take(bytes);
        }
        HandedOut last = handedOut.computeIfAbsent(nodeId, id -> new HandedOut());
        if (last.isRepeated(offset) && stored.online()) {
            try {
                if (log.verify(offset, bytes)) {
                    partition.damaged();
                }
            } catch (IOException e) {
                partition.failed(e);
            }
        }
    }

    /** What a follower was handed last. */
    private static final class HandedOut {
        private long offset = -1;
        private int times;

        /** Whether it is time to look: the 2nd, the 4th, the 8th time, … */
        boolean isRepeated(long at) {
            times = at == offset ? times + 1 : 1;
            offset = at;
            return times > 1 && Integer.bitCount(times) == 1;
        }
    }

    /** Looks whether the in-sync set is right. */
    void tick(long nowNanos) {
        if (replica.tick(nowNanos)) {
            partition.highWatermarkMoved();
        }
        propose(Nodes.UNKNOWN, nowNanos);
    }

    private void propose(int justFetched, long nowNanos) {
        replica.propose(around.nodes(), justFetched, nowNanos)
                .ifPresent(proposal -> around.reports().propose(partition, proposal));
    }

    /** Begins to lead; the log belongs to the new epoch from its end on. */
    void start(PartitionImage image) throws IOException {
        handedOut.clear();
        log.startLeaderEpoch(image.leaderEpoch());
        stored.syncWhatIsWritten();
    }
}
