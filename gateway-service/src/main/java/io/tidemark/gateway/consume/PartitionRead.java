package io.tidemark.gateway.consume;

import io.tidemark.gateway.error.ApiError;
import io.tidemark.protocol.ErrorCode;
import java.util.List;

/** What reading one partition came to. */
public sealed interface PartitionRead {

    int partition();

    /** What was read is dropped. */
    static void releaseAll(List<PartitionRead> reads) {
        for (PartitionRead read : reads) {
            if (read instanceof Records found) {
                LogRecord.releaseAll(found.records());
            }
        }
    }

    /**
     * Records, in order; none where the end was reached.
     *
     * @param nextOffset where to read on: past the records, and past what carries none (control
     *     batches, compacted offsets)
     * @param endOffset the high watermark
     */
    record Records(int partition, List<LogRecord> records, long nextOffset, long endOffset)
            implements PartitionRead {}

    /** The offset lies before the log's start or after its end. */
    record OutOfRange(int partition, long startOffset, long endOffset) implements PartitionRead {}

    /**
     * The record that comes next is damaged, and nobody is left to have it whole.
     *
     * @param readableFrom the first offset behind the damage; -1 where that is not known
     */
    record Damaged(int partition, long readableFrom) implements PartitionRead {

        /**
         * What whoever asked for it is told: it will not come.
         *
         * @param offset where they stand
         */
        public ApiError error(String topic, long offset) {
            String text =
                    "Partition %d of topic '%s' cannot be read at offset %d: its records are damaged, and no other replica has them."
                            .formatted(partition, topic, offset);
            return ApiError.lost(
                    readableFrom > offset
                            ? text
                                    + " It can be read again from offset %d on."
                                            .formatted(readableFrom)
                            : text);
        }
    }

    /** It could not be read now: no leader, another leader, a broken connection. Ask again. */
    record Unavailable(int partition, ErrorCode error) implements PartitionRead {}
}
