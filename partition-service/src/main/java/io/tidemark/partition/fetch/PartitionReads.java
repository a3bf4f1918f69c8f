package io.tidemark.partition.fetch;

import io.netty.buffer.Unpooled;
import io.tidemark.environment.DiskFile;
import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.log.PartitionLog.ReadOutcome;
import io.tidemark.partition.replica.ReplicaFetch;
import io.tidemark.partition.serving.Partition;
import io.tidemark.partition.serving.ReplicaAnswer;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.BatchHeader;
import io.tidemark.protocol.record.BufferBytes;
import io.tidemark.protocol.record.FileBytes;
import io.tidemark.protocol.record.RecordBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.function.BiPredicate;
import org.apache.kafka.common.message.FetchResponseData.EpochEndOffset;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;

/** Reads one partition for a fetch, on the partition's loop. Nothing is copied. */
final class PartitionReads {
    private final FetchReader reader;
    private final BiPredicate<Integer, String> inRack;

    /**
     * @param inRack whether a node stands in a rack
     */
    PartitionReads(FetchReader reader, BiPredicate<Integer, String> inRack) {
        this.reader = reader;
        this.inRack = inRack;
    }

    /**
     * What was read.
     *
     * @param endOffset up to where there was something to read: more may have come since
     * @param news whether the client should not wait for more
     */
    record Result(PartitionData data, RecordBytes records, long endOffset, boolean news) {

        int bytes() {
            return records.sizeInBytes();
        }
    }

    /** Up to where a reader may read. */
    static long readableEnd(Partition partition, FetchReader reader) {
        return reader instanceof FetchReader.Replica
                ? partition.log().logEndOffset()
                : partition.replica().highWatermark();
    }

    /**
     * A partition's share of a fetch.
     *
     * @param maxBytes at most so many, unless {@code wholeFirstBatch} and the first batch is larger
     * @param first whether the request has not been looked at before
     */
    record Share(int maxBytes, boolean wholeFirstBatch, boolean first) {}

    Result read(Partition partition, FetchTarget target, Share share) {
        Result result =
                switch (reader) {
                    case FetchReader.Consumer consumer -> read(consumer, partition, target, share);
                    case FetchReader.Replica replica -> read(replica, partition, target, share);
                };
        if (share.first) {
            partition.traffic().asked(result.data.errorCode() != ErrorCode.NONE.number());
        }
        return result;
    }

    private Result read(
            FetchReader.Consumer consumer, Partition partition, FetchTarget target, Share share) {
        ErrorCode refusal =
                consumer.followersToo()
                        ? partition.admission().readRefusal(target.currentLeaderEpoch())
                        : partition.admission().refusal(target.currentLeaderEpoch());
        if (refusal != ErrorCode.NONE) {
            return refused(target, refusal);
        }
        PartitionLog log = partition.log();
        long offset = target.fetchOffset();
        if (offset < log.logStartOffset() || offset > log.logEndOffset()) {
            // A follower may be behind what the consumer has read from the leader.
            boolean behind = offset > log.logEndOffset() && !partition.replica().leading();
            return refused(
                    target,
                    behind ? ErrorCode.OFFSET_NOT_AVAILABLE : ErrorCode.OFFSET_OUT_OF_RANGE);
        }
        OptionalInt closer = closer(consumer, partition, offset);
        if (closer.isPresent()) {
            Result nothing = found(partition, target, noRecords(), true);
            nothing.data.setPreferredReadReplica(closer.getAsInt());
            return nothing;
        }
        return readTo(partition, target, partition.replica().highWatermark(), share);
    }

    /** A replica that stands closer to the consumer than this one, which leads. */
    private OptionalInt closer(FetchReader.Consumer consumer, Partition partition, long offset) {
        if (consumer.rack().isEmpty()
                || !partition.replica().leading()
                || !partition.rackAware()
                || inRack.test(partition.replica().leader(), consumer.rack())) {
            return OptionalInt.empty();
        }
        return partition.replica().closest(node -> inRack.test(node, consumer.rack()), offset);
    }

    private Result read(
            FetchReader.Replica replica, Partition partition, FetchTarget target, Share share) {
        ReplicaFetch fetch =
                new ReplicaFetch(
                        replica.nodeId(),
                        replica.nodeEpoch(),
                        replica.joinable(),
                        target.fetchOffset(),
                        target.lastFetchedEpoch());
        return switch (partition.fetched(fetch, target.currentLeaderEpoch(), share.first)) {
            case ReplicaAnswer.Reads(boolean later) when later ->
                    found(partition, target, noRecords(), false);
            case ReplicaAnswer.Reads reads -> {
                Result result = readTo(partition, target, partition.log().logEndOffset(), share);
                int bytes = result.records.sizeInBytes();
                if (bytes > 0) {
                    partition.handedOut(replica.nodeId(), target.fetchOffset(), bytes);
                }
                yield result;
            }
            case ReplicaAnswer.Diverges(int epoch, long endOffset) -> {
                Result diverges = found(partition, target, noRecords(), true);
                diverges.data.setDivergingEpoch(
                        new EpochEndOffset().setEpoch(epoch).setEndOffset(endOffset));
                yield diverges;
            }
            case ReplicaAnswer.OutOfRange(long logStart) -> {
                Result refused = refused(target, ErrorCode.OFFSET_OUT_OF_RANGE);
                refused.data.setLogStartOffset(logStart);
                yield refused;
            }
            case ReplicaAnswer.Refused(ErrorCode error) -> refused(target, error);
        };
    }

    private Result readTo(Partition partition, FetchTarget target, long endOffset, Share share) {
        long offset = target.fetchOffset();
        boolean whole = share.wholeFirstBatch;
        if (offset >= endOffset || (share.maxBytes <= 0 && !whole)) {
            return found(partition, target, noRecords(), false);
        }
        try {
            return switch (partition.log().read(offset, endOffset, share.maxBytes, whole)) {
                case ReadOutcome.Bytes bytes -> given(partition, target, bytes, whole);
                case ReadOutcome.OutOfRange range -> refused(target, ErrorCode.OFFSET_OUT_OF_RANGE);
                case ReadOutcome.Corrupt corrupt -> corrupt(partition, target, corrupt);
            };
        } catch (IOException e) {
            partition.failed(e);
            return refused(target, ErrorCode.KAFKA_STORAGE_ERROR);
        }
    }

    /** Refused for good only where the offset itself is damaged, and not what was read with it. */
    private static Result corrupt(
            Partition partition, FetchTarget target, ReadOutcome.Corrupt corrupt) {
        ErrorCode forNowOrGood = partition.damaged();
        if (corrupt.readableFrom() <= target.fetchOffset()) {
            return refused(target, ErrorCode.KAFKA_STORAGE_ERROR);
        }
        Result refused = refused(target, forNowOrGood);
        refused.data.setLogStartOffset(corrupt.readableFrom());
        return refused;
    }

    private Result given(
            Partition partition,
            FetchTarget target,
            ReadOutcome.Bytes bytes,
            boolean wholeFirstBatch)
            throws IOException {
        int length = bytes.length();
        if (length == 0 || (!wholeFirstBatch && firstBatchIsCut(bytes))) {
            bytes.release();
            return found(partition, target, noRecords(), false);
        }
        return found(
                partition,
                target,
                new FileBytes(bytes.file(), bytes.position(), length, bytes::release),
                bytes.cut());
    }

    /**
     * Clients take bytes without one whole batch for a record too large to read, so a batch that
     * does not fit must wait for its turn to be the first.
     */
    private static boolean firstBatchIsCut(ReadOutcome.Bytes bytes) throws IOException {
        if (bytes.length() < BatchHeader.SIZE_BYTES) {
            return true;
        }
        DiskFile file = bytes.file();
        ByteBuffer start = ByteBuffer.allocate(BatchHeader.LENGTH_OVERHEAD);
        file.read(start, bytes.position());
        return BatchHeader.sizeBytes(start, 0) > bytes.length();
    }

    private Result found(
            Partition partition, FetchTarget target, RecordBytes records, boolean news) {
        long highWatermark = partition.replica().highWatermark();
        PartitionData data =
                new PartitionData()
                        .setPartitionIndex(target.partition())
                        .setHighWatermark(highWatermark)
                        .setLastStableOffset(
                                reader instanceof FetchReader.Replica
                                        ? partition.log().logEndOffset() // see FollowerSide
                                        : highWatermark)
                        .setLogStartOffset(partition.log().logStartOffset())
                        .setAbortedTransactions(null);
        data.setRecords(records);
        // Consumers may read from the follower: it should know soon how far.
        boolean behind =
                reader instanceof FetchReader.Replica
                        && partition.rackAware()
                        && target.highWatermark() < highWatermark;
        return new Result(data, records, readableEnd(partition, reader), news || behind);
    }

    static Result refused(FetchTarget target, ErrorCode error) {
        PartitionData data =
                new PartitionData()
                        .setPartitionIndex(target.partition())
                        .setErrorCode(error.number())
                        .setHighWatermark(-1)
                        .setLastStableOffset(-1)
                        .setLogStartOffset(-1)
                        .setAbortedTransactions(null);
        RecordBytes none = noRecords();
        data.setRecords(none);
        return new Result(data, none, -1, true);
    }

    private static BufferBytes noRecords() {
        return new BufferBytes(Unpooled.EMPTY_BUFFER);
    }
}
