package io.tidemark.partition.log;

import io.tidemark.partition.log.PartitionLog.AppendOutcome;
import io.tidemark.partition.log.PartitionLog.AppendOutcome.Rejected;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.BatchCheck;
import io.tidemark.protocol.record.BatchHeader;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Decides whether bytes may be appended. Nothing is changed. */
final class AppendCheck {
    /** A batch that decompresses to more would be a burden to whoever reads it. */
    static final int MAX_DECOMPRESSED_BYTES = 64 << 20;

    /** What takes no time to speak of, however little it was before it was inflated. */
    private static final int BRIEF_BYTES = 16 << 10;

    /** Real records hardly inflate to more. */
    private static final long BRIEF_RATIO = 16;

    private AppendCheck() {}

    /**
     * Checks what a producer sent: one or more whole batches, each good by itself and allowed by
     * the topic's configuration.
     *
     * @return null where all is well; {@link AppendOutcome.Unchecked} only with {@link
     *     RecordChecks#BRIEF}
     */
    static @Nullable AppendOutcome fromProducer(
            ByteBuffer records, LogConfig config, long nowMs, RecordChecks checks) {
        AppendOutcome problem = sizes(records, config);
        int most = mostOfEach(records);
        int position = records.position();
        while (problem == null && position < records.limit()) {
            problem = records(records, position, checks, most);
            if (problem == null) {
                problem = allowed(records, position, config, nowMs);
            }
            if (problem == null) {
                position += BatchHeader.sizeBytes(records, position);
            }
        }
        return problem;
    }

    private static @Nullable AppendOutcome records(
            ByteBuffer records, int position, RecordChecks checks, int most) {
        return switch (checks) {
            case DONE -> whole(records, position, BatchCheck.Depth.PRODUCER, 0);
            case ALL -> whole(records, position, BatchCheck.Depth.RECORDS, most);
            case BRIEF -> {
                int some = Math.min(most, briefly(records, position));
                Rejected rejected = whole(records, position, BatchCheck.Depth.RECORDS, some);
                boolean left =
                        rejected != null
                                && rejected.error() == ErrorCode.MESSAGE_TOO_LARGE.number()
                                && some < most;
                yield left ? new AppendOutcome.Unchecked() : rejected;
            }
        };
    }

    /**
     * Looks at each record of all batches.
     *
     * @return null where all is well
     */
    static @Nullable Rejected records(ByteBuffer records) {
        int most = mostOfEach(records);
        Rejected rejected = null;
        int position = records.position();
        while (rejected == null && position < records.limit()) {
            rejected = whole(records, position, BatchCheck.Depth.RECORDS, most);
            if (rejected == null) {
                position += BatchHeader.sizeBytes(records, position);
            }
        }
        return rejected;
    }

    /**
     * So many may the records of each of these batches inflate to, that one partition's part of a
     * request takes no longer however many batches it has.
     */
    static int mostOfEach(ByteBuffer records) {
        int batches = 1;
        int position = records.position();
        int left = records.remaining();
        while (left >= 2 * BatchHeader.SIZE_BYTES) {
            int size = BatchHeader.sizeBytes(records, position);
            if (size < BatchHeader.SIZE_BYTES || size > left - BatchHeader.SIZE_BYTES) {
                break;
            }
            batches++;
            position += size;
            left -= size;
        }
        return Math.max(MAX_DECOMPRESSED_BYTES / batches, BRIEF_BYTES);
    }

    private static int briefly(ByteBuffer records, int position) {
        int left = records.limit() - position;
        long size = left < BatchHeader.SIZE_BYTES ? left : BatchHeader.sizeBytes(records, position);
        return (int)
                Math.min(
                        MAX_DECOMPRESSED_BYTES,
                        BRIEF_BYTES + BRIEF_RATIO * Math.clamp(size, 0, left));
    }

    /**
     * Checks what a leader sent: structure, CRC, that offsets go on from {@code nextOffset}, and
     * that leader epochs never go back.
     *
     * @return null where all is well
     */
    static @Nullable Rejected fromLeader(ByteBuffer records, long nextOffset, int latestEpoch) {
        int position = records.position();
        long expected = nextOffset;
        int epoch = latestEpoch;
        while (position < records.limit()) {
            Rejected rejected = whole(records, position, BatchCheck.Depth.CRC, 0);
            if (rejected != null) {
                return rejected;
            }
            long baseOffset = BatchHeader.baseOffset(records, position);
            if (baseOffset != expected || BatchHeader.lastOffsetDelta(records, position) < 0) {
                return rejected(
                        ErrorCode.CORRUPT_MESSAGE,
                        "Offset %d where %d is next".formatted(baseOffset, expected));
            }
            if (BatchHeader.leaderEpoch(records, position) < epoch) {
                return rejected(
                        ErrorCode.CORRUPT_MESSAGE,
                        "Leader epoch %d at offset %d, after epoch %d"
                                .formatted(
                                        BatchHeader.leaderEpoch(records, position),
                                        baseOffset,
                                        epoch));
            }
            epoch = BatchHeader.leaderEpoch(records, position);
            expected = BatchHeader.lastOffset(records, position) + 1;
            position += BatchHeader.sizeBytes(records, position);
        }
        return null;
    }

    /** Sizes first: they need no look at the records. */
    private static @Nullable Rejected sizes(ByteBuffer records, LogConfig config) {
        if (!records.hasRemaining()) {
            return rejected(ErrorCode.INVALID_RECORD, "There is no record to append");
        }
        int position = records.position();
        while (records.limit() - position >= BatchHeader.LENGTH_OVERHEAD) {
            int length = BatchHeader.length(records, position);
            if (length < 0 || length > records.limit() - position - BatchHeader.LENGTH_OVERHEAD) {
                break;
            }
            int bytes = length + BatchHeader.LENGTH_OVERHEAD;
            if (bytes > config.maxMessageBytes()) {
                return rejected(
                        ErrorCode.MESSAGE_TOO_LARGE,
                        "The batch has %d bytes; max.message.bytes is %d"
                                .formatted(bytes, config.maxMessageBytes()));
            }
            position += bytes;
        }
        if (records.remaining() > config.segmentSizeBytes()) {
            return rejected(
                    ErrorCode.RECORD_LIST_TOO_LARGE,
                    "The batches have %d bytes; segment.bytes is %d"
                            .formatted(records.remaining(), config.segmentSizeBytes()));
        }
        return null;
    }

    private static @Nullable Rejected whole(
            ByteBuffer records, int position, BatchCheck.Depth depth, int maxDecompressedBytes) {
        return switch (BatchCheck.check(records, position, depth, maxDecompressedBytes)) {
            case BatchCheck.Outcome.Valid valid -> null;
            case BatchCheck.Outcome.Partial partial ->
                    rejected(ErrorCode.CORRUPT_MESSAGE, "The last batch is cut off");
            case BatchCheck.Outcome.Invalid(ErrorCode error, String message) ->
                    rejected(error, message);
        };
    }

    private static @Nullable Rejected allowed(
            ByteBuffer records, int position, LogConfig config, long nowMs) {
        if (BatchHeader.isTransactional(records, position)) {
            return rejected(ErrorCode.INVALID_RECORD, "There is no open transaction");
        }
        if (BatchHeader.hasProducerId(records, position)
                && BatchHeader.sizeBytes(records, position) != records.remaining()) {
            return rejected(
                    ErrorCode.INVALID_RECORD, "An idempotent producer sends one batch at a time");
        }
        return config.logAppendTime() ? null : timestamps(records, position, config, nowMs);
    }

    private static @Nullable Rejected timestamps(
            ByteBuffer records, int position, LogConfig config, long nowMs) {
        long first = BatchHeader.baseTimestampMs(records, position);
        long greatest = BatchHeader.maxTimestampMs(records, position);
        boolean early = exceeds(nowMs - first, config.timestampBeforeMaxMs());
        boolean late = exceeds(greatest - nowMs, config.timestampAfterMaxMs());
        return early || late
                ? rejected(
                        ErrorCode.INVALID_TIMESTAMP,
                        "Timestamps %d to %d are too far from now, %d"
                                .formatted(first, greatest, nowMs))
                : null;
    }

    private static boolean exceeds(long differenceMs, long limitMs) {
        return limitMs >= 0 && differenceMs > limitMs;
    }

    static Rejected rejected(ErrorCode error, String message) {
        return new Rejected(error.number(), message);
    }
}
