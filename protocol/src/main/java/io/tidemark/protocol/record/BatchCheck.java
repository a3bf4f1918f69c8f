package io.tidemark.protocol.record;

import io.tidemark.protocol.ErrorCode;
import java.nio.ByteBuffer;

/** Decides whether bytes from outside are a good batch. Never throws for what the bytes say. */
public final class BatchCheck {

    private BatchCheck() {}

    /** How far to look. */
    public enum Depth {
        /** Structure of the header and CRC: for what another replica or our own disk holds. */
        CRC,
        /** Each record as well, decompressed where needed: for what producers send. */
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
         * @param error CORRUPT_MESSAGE, INVALID_RECORD, UNSUPPORTED_FOR_MESSAGE_FORMAT or
         *     UNSUPPORTED_COMPRESSION_TYPE
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
        throw new UnsupportedOperationException();
    }
}
