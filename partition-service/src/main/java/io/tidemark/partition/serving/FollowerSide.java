package io.tidemark.partition.serving;

import io.tidemark.environment.DiskFullException;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.log.PartitionLog.AppendOutcome;
import io.tidemark.partition.log.PartitionLog.EpochEnd;
import io.tidemark.partition.replica.Replica;
import io.tidemark.partition.replication.FetchPosition;
import io.tidemark.partition.replication.Followed.Taken;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.BatchHeader;
import io.tidemark.protocol.record.RecordBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a partition does while it follows: takes what its leader sends, and cuts what it lacks. */
final class FollowerSide {
    private static final Logger log = LoggerFactory.getLogger(FollowerSide.class);
    private static final long FULL_DISK_RETRY_MS = 1_000;

    private final PartitionIdentity partition;
    private final StoredLog stored;
    private final PartitionLog records;
    private final Replica replica;
    private final Surroundings around;
    private final Supplier<TopicSettings> settings;
    private String complaint = "";
    private long leaderEnd;
    private boolean progressed;

    FollowerSide(Parts parts) {
        this.partition = parts.partition();
        this.stored = parts.stored();
        this.records = stored.log();
        this.replica = parts.replica();
        this.around = parts.around();
        this.settings = parts.settings();
    }

    /** Begins to copy where it follows; returns whom, or {@link PartitionImage#NO_LEADER}. */
    int start() {
        if (!replica.following()) {
            return PartitionImage.NO_LEADER;
        }
        records.forgetEmptyEpochs();
        stored.syncWhatIsWritten();
        return replica.leader();
    }

    @Nullable FetchPosition position(boolean inSync) {
        if (!stored.online() || !replica.following() || waitsForSync()) {
            return null;
        }
        return new FetchPosition(
                replica.leaderEpoch(),
                records.logEndOffset(),
                records.lastRecordEpoch(),
                records.logStartOffset(),
                replica.highWatermark(),
                !inSync);
    }

    private boolean waitsForSync() {
        return settings.get().log().fsyncBeforeAck()
                && records.flushedEndOffset() < records.logEndOffset();
    }

    /** Where the leader's log ended, or parted ways with this one, in what was taken last. */
    long leaderEnd() {
        return leaderEnd;
    }

    /** Whether it can ask its leader for more, or tell it more, since this was asked last. */
    boolean takeProgressed() {
        boolean has = progressed;
        progressed = false;
        return has;
    }

    Taken take(FetchPosition asked, PartitionData answer) {
        leaderEnd = Long.MAX_VALUE;
        if (!stored.online()
                || !replica.following()
                || replica.leaderEpoch() != asked.leaderEpoch()
                || records.logEndOffset() != asked.fetchOffset()) {
            return Taken.DONE;
        }
        try {
            ErrorCode error = ErrorCode.of(answer.errorCode());
            if (error == ErrorCode.NONE) {
                return answer.divergingEpoch().endOffset() >= 0
                        ? truncate(
                                answer.divergingEpoch().epoch(),
                                answer.divergingEpoch().endOffset())
                        : append(answer);
            }
            return error == ErrorCode.OFFSET_OUT_OF_RANGE
                    ? outOfRange(asked.fetchOffset(), answer.logStartOffset())
                    : refused(error);
        } catch (DiskFullException e) {
            around.metrics().diskFull();
            return Taken.LATER;
        } catch (IOException e) {
            stored.failed(e);
            return Taken.LATER;
        }
    }

    private Taken refused(ErrorCode error) {
        boolean metadataIsUnderWay =
                error == ErrorCode.NOT_LEADER_OR_FOLLOWER
                        || error == ErrorCode.FENCED_LEADER_EPOCH
                        || error == ErrorCode.UNKNOWN_LEADER_EPOCH
                        || error == ErrorCode.UNKNOWN_TOPIC_ID;
        if (metadataIsUnderWay) {
            log.debug("Node {} refuses to hand out {}: {}", replica.leader(), partition, error);
        } else {
            complain("it is refused: " + error);
        }
        return Taken.LATER;
    }

    /** Says once what keeps it from copying, for it is tried again and again. */
    private void complain(String message) {
        if (!message.equals(complaint)) {
            complaint = message;
            log.error("{} cannot be copied from node {}: {}", partition, replica.leader(), message);
        }
    }

    private Taken append(PartitionData answer) throws IOException {
        Taken taken = Taken.DONE;
        ByteBuffer received = RecordBytes.of(answer);
        ByteBuffer batches = wholeBatches(received);
        if (batches == null && received != null && received.hasRemaining()) {
            complain("there is no whole batch in %d bytes".formatted(received.remaining()));
            return Taken.LATER;
        }
        if (batches != null) {
            int bytes = batches.remaining();
            switch (records.appendAsFollower(batches)) {
                case AppendOutcome.Rejected(short error, String message) -> {
                    complain(ErrorCode.of(error) + ": " + message);
                    return Taken.LATER;
                }
                case AppendOutcome.Appended appended -> {
                    complaint = "";
                    stored.wrote(bytes);
                    around.metrics().replicated(bytes);
                    replica.written(records.logEndOffset());
                    taken = makeSafe();
                }
                case AppendOutcome.Duplicate duplicate ->
                        throw new IllegalStateException("leaders do not repeat themselves");
                case AppendOutcome.Unchecked unchecked ->
                        throw new IllegalStateException("leaders have looked at their records");
            }
        }
        replica.told(answer.highWatermark(), around.clock().nanos());
        followLogStart(answer.logStartOffset());
        // Consumers are told there how far transactions are settled, replicas where the log ends.
        leaderEnd = answer.lastStableOffset();
        return taken;
    }

    private Taken makeSafe() {
        if (settings.get().log().fsyncBeforeAck()) {
            stored.syncWhatIsWritten();
            return Taken.SYNCING;
        }
        stored.trustWhatIsWritten();
        replica.stored(records.logEndOffset(), around.clock().nanos());
        return Taken.DONE;
    }

    /** A leader may cut its answer anywhere. Null where there is no whole batch. */
    private static @Nullable ByteBuffer wholeBatches(@Nullable ByteBuffer received) {
        if (received == null) {
            return null;
        }
        int end = received.position();
        while (received.limit() - end >= BatchHeader.LENGTH_OVERHEAD) {
            long next = (long) end + BatchHeader.sizeBytes(received, end);
            if (next <= end || next > received.limit()) {
                break;
            }
            end = (int) next;
        }
        return end == received.position() ? null : received.limit(end);
    }

    /** What was deleted by request at the leader is deleted here. */
    private void followLogStart(long leaderStart) throws IOException {
        long start = Math.min(leaderStart, replica.highWatermark());
        if (start > records.logStartOffset()) {
            records.deleteRecordsBefore(start);
            stored.askSync();
        }
    }

    /**
     * The leader's log and this one part ways after {@code leaderEpoch} ends there: what comes
     * later here was never acknowledged. It may take several rounds (KIP-279).
     */
    private Taken truncate(int leaderEpoch, long leaderEnd) throws IOException {
        EpochEnd own = records.endOffsetForEpoch(leaderEpoch);
        long end = own.endOffset() < 0 ? leaderEnd : Math.min(own.endOffset(), leaderEnd);
        cutTo(end, "node %d has another log from there on".formatted(replica.leader()));
        leaderEnd = end;
        return Taken.DONE;
    }

    private void cutTo(long offset, String why) throws IOException {
        long before = records.logEndOffset();
        long watermark = replica.highWatermark();
        records.truncateTo(offset);
        long end = records.logEndOffset();
        log.info("{} is cut from {} to {}: {}", partition, before, end, why);
        if (end < watermark) {
            log.warn("{} was known to be committed up to {}", partition, watermark);
        }
        around.metrics().truncated();
        replica.truncated(end);
    }

    /** Nothing here is of use to go on from: the log begins anew where the leader's does. */
    private Taken outOfRange(long fetchOffset, long leaderStart) throws IOException {
        boolean useless =
                leaderStart >= 0
                        && (fetchOffset < leaderStart
                                || records.logEndOffset() == records.logStartOffset());
        if (!useless || fetchOffset == leaderStart) {
            return Taken.LATER;
        }
        log.info(
                "{} begins anew at {}, where the log of node {} begins; it had {} to {}",
                partition,
                leaderStart,
                replica.leader(),
                records.logStartOffset(),
                fetchOffset);
        records.restartAt(leaderStart);
        replica.restarted(leaderStart);
        stored.askSync();
        return Taken.DONE;
    }

    /** Cuts off what was found damaged, to be copied again; returns the log's end before. */
    long repair() throws IOException {
        long claimed = records.logEndOffset();
        OptionalLong damaged = records.firstDamagedOffset();
        if (damaged.isPresent()) {
            cutTo(damaged.getAsLong(), "it is damaged, and will be copied again");
        }
        progressed = true;
        return claimed;
    }

    /** More of the log is safe: the leader can be told. */
    void synced(boolean complete) {
        if (complete) {
            progressed = true;
        } else {
            around.loop().schedule(FULL_DISK_RETRY_MS, stored::askSync);
        }
    }
}
