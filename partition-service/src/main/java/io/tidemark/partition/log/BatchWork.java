package io.tidemark.partition.log;

import io.tidemark.partition.log.PartitionLog.AppendOutcome.Rejected;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.Recompression;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What takes long before a producer's batches can be appended: inflating them, to look at each
 * record and to compress them as the topic wants. Any thread but a loop; little is held at a time,
 * whatever they inflate to.
 */
public final class BatchWork {
    /**
     * All batches of one partition's part of a request, as they are held before they are written.
     */
    private static final int MAX_PACKED_BYTES = 16 << 20;

    private BatchWork() {}

    /** What became of it. */
    public sealed interface Outcome {
        /**
         * @param records to be appended with {@link RecordChecks#DONE}
         */
        record Ready(ByteBuffer records) implements Outcome {}

        record Refused(ErrorCode error, String message) implements Outcome {}
    }

    /**
     * Packs and checks.
     *
     * @param records not changed
     * @param target how to compress; empty for what stays as it is
     * @param maxPackedBytes so long may each be afterwards
     */
    public static Outcome on(
            ByteBuffer records, Optional<Recompression.Target> target, int maxPackedBytes) {
        @Nullable ByteBuffer packed =
                target.map(
                                to ->
                                        Recompression.apply(
                                                records,
                                                to,
                                                new Recompression.Bounds(
                                                        AppendCheck.mostOfEach(records),
                                                        maxPackedBytes,
                                                        MAX_PACKED_BYTES)))
                        .orElse(Optional.of(records))
                        .orElse(null);
        if (packed == null) {
            return new Outcome.Refused(
                    ErrorCode.MESSAGE_TOO_LARGE,
                    "Compressed as compression.type says, a batch has more than %d bytes"
                            .formatted(maxPackedBytes));
        }
        Rejected rejected = AppendCheck.records(packed);
        return rejected == null
                ? new Outcome.Ready(packed)
                : new Outcome.Refused(ErrorCode.of(rejected.error()), rejected.message());
    }
}
