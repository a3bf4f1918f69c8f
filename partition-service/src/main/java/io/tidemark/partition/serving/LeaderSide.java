package io.tidemark.partition.serving;

import io.tidemark.environment.DiskFullException;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.log.PartitionLog.AppendOutcome;
import io.tidemark.partition.log.PartitionLog.EpochEnd;
import io.tidemark.partition.log.RecordChecks;
import io.tidemark.partition.replica.Replica;
import io.tidemark.partition.replica.ReplicaFetch;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.Recompression;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a partition does while it leads: takes records, and hands them to its followers. */
final class LeaderSide {
    private final PartitionIdentity partition;
    private final StoredLog stored;
    private final PartitionLog log;
    private final Replica replica;
    private final Admission admission;
    private final Surroundings around;
    private final Traffic traffic;
    private final Supplier<TopicSettings> settings;
    private final Acknowledgements acknowledgements = new Acknowledgements();
    private final WaitingFetches followers;
    private final BatchPacker.Lane lane;
    private final Map<Integer, HandedOut> handedOut = new HashMap<>(4);
    private @Nullable PartitionImage decidedLast;

    LeaderSide(Parts parts) {
        this.partition = parts.partition();
        this.stored = parts.stored();
        this.log = stored.log();
        this.replica = parts.replica();
        this.admission = parts.admission();
        this.around = parts.around();
        this.traffic = parts.traffic();
        this.settings = parts.settings();
        this.followers = new WaitingFetches(around.loop());
        this.lane =
                around.packer()
                .new Lane(
                        (records, allReplicas, deadlineNanos, reply) ->
                                parts.entrance()
                                        .enter(
                                                () ->
                                                        append(
                                                                records,
                                                                RecordChecks.DONE,
                                                                allReplicas,
                                                                deadlineNanos,
                                                                reply)),
                        this::refuse,
                        () -> settings.get().log().maxMessageBytes());
    }

    void append(ByteBuffer records, boolean allReplicas, long deadlineNanos, AppendReply reply) {
        traffic.produced();
        Optional<Recompression.Target> target = settings.get().compression();
        boolean otherwise =
                target.isPresent()
                        && records.remaining() <= settings.get().log().maxMessageBytes()
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
                    traffic.appended(last - base + 1, bytes);
                    queue.add(last, base, timeMs, deadlineNanos, reply);
                    written(queue);
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
            stored.failed(e);
            refuse(reply, ErrorCode.KAFKA_STORAGE_ERROR, stored.directoryHasFailed());
        }
    }

    private boolean takesRecords(boolean allReplicas, AppendReply reply) {
        ErrorCode refusal = admission.refusal(-1);
        if (refusal != ErrorCode.NONE) {
            refuse(reply, refusal, "%s cannot take records here".formatted(partition));
        } else if (allReplicas && !replica.enoughInSync()) {
            refusal = ErrorCode.NOT_ENOUGH_REPLICAS;
            refuse(reply, refusal, tooFewInSync());
        }
        return refusal == ErrorCode.NONE;
    }

    private void refuse(AppendReply reply, ErrorCode error, String message) {
        traffic.produceFailed();
        reply.refused(error, message);
    }

    private String tooFewInSync() {
        return "%s has fewer in-sync replicas than min.insync.replicas=%d"
                .formatted(partition, settings.get().minInSync());
    }

    private void written(AppendQueue queue) {
        replica.written(log.logEndOffset());
        followers.committed(stored.writtenBytes());
        followers.wakeAfterThisPass(); // before the sync: theirs runs beside this one
        if (settings.get().log().fsyncBeforeAck()) {
            stored.syncWhatIsWritten();
        } else {
            stored.trustWhatIsWritten();
            replica.stored(log.logEndOffset(), around.clock().nanos());
        }
        release(); // a retry of what is safe already is answered at once
        if (!queue.isEmpty()) {
            around.loop().awaiting(this);
        }
    }

    /** More is committed. Followers that serve consumers, too, are told at once. */
    void committed() {
        if (replica.leading()) {
            if (settings.get().replication().rackAware()) {
                followers.lookAgain();
            }
            release();
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
        ErrorCode refusal = admission.refusal(leaderEpoch);
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
            replica.fetched(fetch, around.clock().nanos());
        }
        return new ReplicaAnswer.Reads(mustWait(fetch.nodeId()));
    }

    private boolean mustWait(int node) {
        long rate = settings.get().replication().leaderBytesPerSecond();
        return rate > 0
                && !replica.inSync(node)
                && around.loop().handOut().waitNanos(rate, around.clock().nanos()) > 0;
    }

    /**
     * A follower was handed records. One that asks for the same ones again and again may not be
     * able to take them: they are read again here.
     *
     * @return whether they were found damaged
     */
    boolean handedOut(int nodeId, long offset, int bytes) {
        if (settings.get().replication().leaderBytesPerSecond() > 0 && !replica.inSync(nodeId)) {
            around.loop().handOut().take(bytes);
        }
        HandedOut last = handedOut.computeIfAbsent(nodeId, id -> new HandedOut());
        try {
            return last.isRepeated(offset) && stored.online() && log.verify(offset, bytes);
        } catch (IOException e) {
            stored.failed(e);
            return false;
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

    /** Begins to lead; the log belongs to the new epoch from its end on. */
    void start(PartitionImage image) throws IOException {
        handedOut.clear();
        log.startLeaderEpoch(image.leaderEpoch());
        stored.syncWhatIsWritten();
    }
}
