package io.tidemark.gateway.produce.batch;

import io.tidemark.protocol.ErrorCode;

/** What became of one attempt to append a batch. */
sealed interface SendOutcome {

    /**
     * The leader has it.
     *
     * @param logAppendTimeMs -1 where the records keep their own timestamps
     */
    record Appended(long baseOffset, long logAppendTimeMs) implements SendOutcome {}

    /** The leader answered an error. */
    record Refused(ErrorCode error, String message) implements SendOutcome {}

    /** Nothing was sent: no leader, or it is not reached. */
    record NotSent(ErrorCode error, String message) implements SendOutcome {}

    /** Sent, but no answer came: it may be in the log. */
    record Unknown(String message) implements SendOutcome {}

    /** The topic is gone. */
    record TopicGone() implements SendOutcome {}
}
