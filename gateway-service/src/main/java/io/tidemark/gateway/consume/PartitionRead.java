package io.tidemark.gateway.consume;

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

    /** It could not be read now: no leader, another leader, a broken connection. Ask again. */
    record Unavailable(int partition, ErrorCode error) implements PartitionRead {}
}
