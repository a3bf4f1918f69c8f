package io.tidemark.partition.fetch;

import io.netty.buffer.Unpooled;
import io.tidemark.environment.DiskFile;
import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.log.PartitionLog.ReadOutcome;
import io.tidemark.partition.runtime.Partition;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.BatchHeader;
import io.tidemark.protocol.record.BufferBytes;
import io.tidemark.protocol.record.FileBytes;
import io.tidemark.protocol.record.RecordBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;

/** Reads one partition for a fetch, on the partition's loop. Nothing is copied. */
final class PartitionReads {

    private PartitionReads() {}

    /** What was read. */
    record Result(PartitionData data, RecordBytes records) {

        int bytes() {
            return records.sizeInBytes();
        }
    }

    /**
     * @param maxBytes at most so many, unless {@code wholeFirstBatch} and the first batch is larger
     */
    static Result read(
            Partition partition, FetchTarget target, int maxBytes, boolean wholeFirstBatch) {
        ErrorCode refusal = partition.refusal(target.currentLeaderEpoch());
        if (refusal != ErrorCode.NONE) {
            return refused(target, refusal);
        }
        PartitionLog log = partition.log();
        long highWatermark = partition.replica().highWatermark();
        long offset = target.fetchOffset();
        if (offset < log.logStartOffset() || offset > log.logEndOffset()) {
            return refused(target, ErrorCode.OFFSET_OUT_OF_RANGE);
        }
        if (offset >= highWatermark || (maxBytes <= 0 && !wholeFirstBatch)) {
            return found(target, log, highWatermark, noRecords());
        }
        try {
            return switch (log.read(offset, highWatermark, maxBytes, wholeFirstBatch)) {
                case ReadOutcome.Bytes bytes ->
                        given(target, log, highWatermark, bytes, wholeFirstBatch);
                case ReadOutcome.OutOfRange range -> refused(target, ErrorCode.OFFSET_OUT_OF_RANGE);
                case ReadOutcome.Corrupt corrupt -> refused(target, ErrorCode.KAFKA_STORAGE_ERROR);
            };
        } catch (IOException e) {
            partition.failed(e);
            return refused(target, ErrorCode.KAFKA_STORAGE_ERROR);
        }
    }

    private static Result given(
            FetchTarget target,
            PartitionLog log,
            long highWatermark,
            ReadOutcome.Bytes bytes,
            boolean wholeFirstBatch)
            throws IOException {
        int length = bytes.length();
        if (length == 0 || (!wholeFirstBatch && firstBatchIsCut(bytes))) {
            bytes.release();
            return found(target, log, highWatermark, noRecords());
        }
        return found(
                target,
                log,
                highWatermark,
                new FileBytes(bytes.file(), bytes.position(), length, bytes::release));
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

    private static Result found(
            FetchTarget target, PartitionLog log, long highWatermark, RecordBytes records) {
        PartitionData data =
                new PartitionData()
                        .setPartitionIndex(target.partition())
                        .setHighWatermark(highWatermark)
                        .setLastStableOffset(highWatermark)
                        .setLogStartOffset(log.logStartOffset())
                        .setAbortedTransactions(null);
        data.setRecords(records);
        return new Result(data, records);
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
        return new Result(data, none);
    }

    private static BufferBytes noRecords() {
        return new BufferBytes(Unpooled.EMPTY_BUFFER);
    }
}
