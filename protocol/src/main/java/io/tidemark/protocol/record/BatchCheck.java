package io.tidemark.protocol.record;

import io.tidemark.protocol.ErrorCode;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether bytes from outside are a good batch. Never throws for what the bytes say. Any
 * thread.
 */
public final class BatchCheck {
    private static final int MIN_LENGTH = BatchHeader.SIZE_BYTES - BatchHeader.LENGTH_OVERHEAD;

    /** The shortest record: length, attributes, deltas, key, value, header count; a byte each. */
    private static final int MIN_RECORD_BYTES = 7;

    private BatchCheck() {}

    /** How far to look. */
    public enum Depth {
        /** Structure of the header and CRC: for what another replica or our own disk holds. */
        CRC,
        /** As well that nothing is there which only brokers write, but not each record. */
        PRODUCER,
        /**
         * Each record as well, decompressed where needed, and that nothing is there which only
         * brokers write: for what producers send.
         */
        RECORDS
    }

    /** What was found. */
    public sealed interface Outcome {

        /**
         * A good batch.
         *
         * @param sizeBytes the whole batch; the next one starts there
         */
        record Valid(int sizeBytes) implements Outcome {}

        /**
         * The buffer ends within the batch.
         *
         * @param missingBytes at least so many more are needed
         */
        record Partial(int missingBytes) implements Outcome {}

        /**
         * Not a batch that may be stored.
         *
         * @param error CORRUPT_MESSAGE, INVALID_RECORD, INVALID_TIMESTAMP, MESSAGE_TOO_LARGE,
         *     UNSUPPORTED_FOR_MESSAGE_FORMAT or UNSUPPORTED_COMPRESSION_TYPE
         * @param message what is wrong, for the log and the client
         */
        record Invalid(ErrorCode error, String message) implements Outcome {}
    }

    /**
     * Checks the batch that starts at {@code position} and ends at the latest at the buffer's
     * limit. The buffer is not changed.
     *
     * @param maxDecompressedBytes more bytes than this make compressed records invalid
     */
    public static Outcome check(
            ByteBuffer records, int position, Depth depth, int maxDecompressedBytes) {
        int available = records.limit() - position;
        if (available <= BatchHeader.MAGIC) {
            return new Outcome.Partial(BatchHeader.SIZE_BYTES - available);
        }
        byte magic = BatchHeader.magic(records, position);
        if (magic != BatchHeader.MAGIC_V2) {
            return badMagic(magic);
        }
        int length = BatchHeader.length(records, position);
        if (length < MIN_LENGTH || length > Integer.MAX_VALUE - BatchHeader.LENGTH_OVERHEAD) {
            return corrupt("a batch cannot be " + length + " bytes long");
        }
        int sizeBytes = length + BatchHeader.LENGTH_OVERHEAD;
        if (sizeBytes > available) {
            return new Outcome.Partial(sizeBytes - available);
        }
        long crc = BatchHeader.computeCrc(records, position);
        if (crc != BatchHeader.crc(records, position)) {
            return corrupt(
                    "CRC is %08x, but the batch says %08x"
                            .formatted(crc, BatchHeader.crc(records, position)));
        }
        Outcome.Invalid problem = headerProblem(records, position);
        if (problem == null && depth != Depth.CRC) {
            problem = producerProblem(records, position);
        }
        if (problem == null && depth == Depth.RECORDS) {
            problem = recordsProblem(records, position, maxDecompressedBytes);
        }
        return problem == null ? new Outcome.Valid(sizeBytes) : problem;
    }

    private static Outcome badMagic(byte magic) {
        return magic == 0 || magic == 1
                ? new Outcome.Invalid(
                        ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT,
                        "message format v" + magic + " is not stored; v2 is")
                : corrupt("there is no message format v" + magic);
    }

    /** What is wrong with a header that has its CRC right. Compaction may have left gaps. */
    private static Outcome.@Nullable Invalid headerProblem(ByteBuffer records, int position) {
        if (Compression.of(BatchHeader.compressionId(records, position)) == null) {
            return new Outcome.Invalid(
                    ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
                    "compression " + BatchHeader.compressionId(records, position));
        }
        int count = BatchHeader.recordCount(records, position);
        int lastOffsetDelta = BatchHeader.lastOffsetDelta(records, position);
        if (count < 0 || lastOffsetDelta < 0 || count - 1 > lastOffsetDelta) {
            return invalid(count + " records, last offset delta " + lastOffsetDelta);
        }
        return null;
    }

    /** What is wrong with a header that must come from a producer. */
    private static Outcome.@Nullable Invalid producerProblem(ByteBuffer records, int position) {
        int count = BatchHeader.recordCount(records, position);
        int lastOffsetDelta = BatchHeader.lastOffsetDelta(records, position);
        short attributes = BatchHeader.attributes(records, position);
        if (count == 0 || count - 1 != lastOffsetDelta) {
            return invalid(count + " records, last offset delta " + lastOffsetDelta);
        }
        if ((attributes & (BatchHeader.CONTROL_FLAG | BatchHeader.DELETE_HORIZON_FLAG)) != 0) {
            return invalid("clients may not write control batches or delete horizons");
        }
        if ((attributes & BatchHeader.LOG_APPEND_TIME_FLAG) != 0) {
            return new Outcome.Invalid(
                    ErrorCode.INVALID_TIMESTAMP,
                    "clients may not set the timestamp type to LogAppendTime");
        }
        if (BatchHeader.hasProducerId(records, position)) {
            if (BatchHeader.producerEpoch(records, position) < 0
                    || BatchHeader.baseSequence(records, position) < 0) {
                return invalid("a producer id without epoch and sequence");
            }
        } else if (BatchHeader.isTransactional(records, position)) {
            return invalid("transactional without a producer id");
        }
        return null;
    }

    private static Outcome.@Nullable Invalid recordsProblem(
            ByteBuffer records, int position, int maxDecompressedBytes) {
        int from = position + BatchHeader.SIZE_BYTES;
        int to = position + BatchHeader.sizeBytes(records, position);
        int count = BatchHeader.recordCount(records, position);
        Compression compression = Compression.of(BatchHeader.compressionId(records, position));
        if (compression == null) {
            throw new IllegalStateException("checked before");
        }
        if (compression == Compression.NONE) {
            return recordsProblem(records, from, to, count);
        }
        ByteBuffer compressed = records.slice(from, to - from);
        try (RecordStream stream =
                new RecordStream(compression, compressed, maxDecompressedBytes)) {
            String problem = recordsProblem(stream, count);
            return switch (stream.failure()) {
                case Decompression.Outcome.TooLarge large ->
                        new Outcome.Invalid(ErrorCode.MESSAGE_TOO_LARGE, large.message());
                case Decompression.Outcome.Failed failed -> corrupt(failed.message());
                case Decompression.Outcome.Done done -> throw new IllegalStateException("failed");
                case null -> problem == null ? null : invalid(problem);
            };
        }
    }

    private static @Nullable String recordsProblem(RecordStream stream, int count) {
        for (int i = 0; i < count; i++) {
            String problem = stream.read();
            if (problem != null) {
                return "record " + i + ": " + problem;
            }
            if (stream.offsetDelta != i) {
                return "record " + i + " has offset delta " + stream.offsetDelta;
            }
        }
        return stream.isAtEnd() ? null : "there are bytes after the last record";
    }

    private static Outcome.@Nullable Invalid recordsProblem(
            ByteBuffer records, int from, int to, int count) {
        if (count > (to - from) / MIN_RECORD_BYTES) {
            return invalid(count + " records cannot be in " + (to - from) + " bytes");
        }
        RecordCursor cursor = new RecordCursor(records);
        int at = from;
        for (int i = 0; i < count; i++) {
            String problem = cursor.read(at, to);
            if (problem != null) {
                return invalid("record " + i + ": " + problem);
            }
            if (cursor.offsetDelta != i) {
                return invalid("record " + i + " has offset delta " + cursor.offsetDelta);
            }
            at = cursor.end;
        }
        return at == to ? null : invalid((to - at) + " bytes after the last record");
    }

    private static Outcome.Invalid corrupt(String message) {
        return new Outcome.Invalid(ErrorCode.CORRUPT_MESSAGE, message);
    }

    private static Outcome.Invalid invalid(String message) {
        return new Outcome.Invalid(ErrorCode.INVALID_RECORD, message);
    }
}
