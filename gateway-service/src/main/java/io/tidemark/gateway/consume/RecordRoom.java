package io.tidemark.gateway.consume;

import io.tidemark.gateway.limit.ReadBudget;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.RecordBytes;
import io.tidemark.protocol.record.RecordHeader;
import io.tidemark.protocol.record.RecordReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.FetchResponseData;
import org.jspecify.annotations.Nullable;

/**
 * Takes the records out of one fetch's answer, as many as one read may hold: what compressed
 * batches hold counts as it is once decompressed, over all partitions of the answer. What is left
 * out is read the next time. One thread.
 */
final class RecordRoom {

    /** At least so much, however little was asked for: most batches decompress to less. */
    private static final int MIN_BYTES = 1 << 20;

    /** What a record takes beside its bytes. */
    private static final int OVERHEAD_BYTES = 64;

    private final ReadBudget budget;
    private long leftBytes;

    /**
     * @param maxBytes that were asked for
     */
    RecordRoom(ReadBudget budget, int maxBytes) {
        this.budget = budget;
        this.leftBytes = Math.max(MIN_BYTES, maxBytes);
    }

    PartitionRead read(FetchResponseData.PartitionData data, long offset) {
        int partition = data.partitionIndex();
        ErrorCode error = ErrorCode.of(data.errorCode());
        if (error == ErrorCode.OFFSET_OUT_OF_RANGE) {
            boolean known = data.highWatermark() >= 0 && data.logStartOffset() >= 0;
            return new PartitionRead.OutOfRange(
                    partition,
                    known ? data.logStartOffset() : -1,
                    known ? data.highWatermark() : -1);
        }
        if (error == ErrorCode.CORRUPT_MESSAGE) {
            return new PartitionRead.Damaged(partition, data.logStartOffset());
        }
        ByteBuffer bytes = RecordBytes.of(data);
        if (error != ErrorCode.NONE) {
            return new PartitionRead.Unavailable(partition, error);
        }
        if (bytes == null || !bytes.hasRemaining() || leftBytes <= 0) {
            return new PartitionRead.Records(partition, List.of(), offset, data.highWatermark());
        }
        try (RecordReader reader =
                new RecordReader(bytes, offset, budget.maxBatchBytes(), leftBytes)) {
            return new Taking(partition, reader).take(offset, data.highWatermark());
        }
    }

    /** One partition's part. */
    private final class Taking {
        private final int partition;
        private final RecordReader reader;
        private final List<LogRecord> records = new ArrayList<>();

        /** No room for a large record now. */
        private boolean crowded;

        Taking(int partition, RecordReader reader) {
            this.partition = partition;
            this.reader = reader;
        }

        PartitionRead take(long offset, long endOffset) {
            long next = offset;
            while (leftBytes > 0) {
                if (reader.next()) {
                    if (!add()) {
                        next = reader.offset();
                        break;
                    }
                    next = reader.nextOffset();
                } else if (reader.tooLarge()) {
                    next = passOver();
                } else {
                    next = reader.nextOffset();
                    break;
                }
            }
            if (records.isEmpty() && reader.corruption() != null) {
                // As the node will say itself once it has found the damage.
                return new PartitionRead.Unavailable(partition, ErrorCode.KAFKA_STORAGE_ERROR);
            }
            if (records.isEmpty() && crowded) {
                return new PartitionRead.Unavailable(
                        partition, ErrorCode.THROTTLING_QUOTA_EXCEEDED);
            }
            return new PartitionRead.Records(partition, records, next, endOffset);
        }

        private long passOver() {
            long from = reader.nextOffset();
            reader.passOver();
            long next = reader.nextOffset();
            Unreadable why = Unreadable.tooLarge(partition, from, next, budget.maxBatchBytes());
            records.add(LogRecord.unreadable(partition, from, why));
            return next;
        }

        private boolean add() {
            int size = remaining(reader.key()) + remaining(reader.value());
            List<RecordHeader> headers = reader.headers();
            for (RecordHeader header : headers) {
                size +=
                        header.name().getBytes(StandardCharsets.UTF_8).length
                                + remaining(header.value());
            }
            ReadBudget.Lease lease = null;
            if (size > ReadBudget.LARGE_BYTES) {
                lease = budget.tryLease(size);
                if (lease == null) {
                    crowded = true;
                    return false;
                }
            }
            leftBytes -= size + OVERHEAD_BYTES;
            records.add(
                    new LogRecord(
                            partition,
                            reader.offset(),
                            reader.timestampMs(),
                            copy(reader.key()),
                            copy(reader.value()),
                            headers.isEmpty() ? List.of() : copy(headers),
                            size,
                            null,
                            lease));
            return true;
        }
    }

    private static List<LogRecord.Header> copy(List<RecordHeader> headers) {
        List<LogRecord.Header> copies = new ArrayList<>(headers.size());
        for (RecordHeader header : headers) {
            copies.add(new LogRecord.Header(header.name(), copy(header.value())));
        }
        return copies;
    }

    private static int remaining(@Nullable ByteBuffer slice) {
        return slice == null ? 0 : slice.remaining();
    }

    private static byte @Nullable [] copy(@Nullable ByteBuffer slice) {
        if (slice == null) {
            return null;
        }
        byte[] bytes = new byte[slice.remaining()];
        slice.get(slice.position(), bytes);
        return bytes;
    }
}
