package io.tidemark.gateway.stream;

import java.util.List;

/**
 * The stream could not go on where it stood: what is told to the client, so that nothing is ever
 * skipped or replayed in silence.
 *
 * @param reason of the first move
 * @param moves by partition; empty where the whole topic is another one
 */
record Reset(Reason reason, List<Move> moves) {

    /** Why. The lower-case name is what clients see. */
    enum Reason {
        /** The cursor belongs to a deleted topic of the same name. */
        TOPIC_RECREATED("The topic was deleted and created anew; reading from its beginning."),
        /** Retention or DeleteRecords removed what was to come next. */
        OFFSET_DELETED("Records were deleted before they were read; reading from the first kept."),
        /** The log ends before the offset that was to come next. */
        OFFSET_BEYOND_END("The log ends before the cursor; reading from its end."),
        /** The cursor names a partition that the topic does not have. */
        UNKNOWN_PARTITION("The cursor names a partition that the topic does not have.");

        private final String message;

        Reason(String message) {
            this.message = message;
        }

        String message() {
            return message;
        }
    }

    /**
     * One partition's jump.
     *
     * @param from the offset that could not be read
     * @param to where reading goes on; equal to {@code from} for a partition that is left out
     */
    record Move(int partition, long from, long to) {}

    static Reset of(Reason reason, int partition, long from, long to) {
        return new Reset(reason, List.of(new Move(partition, from, to)));
    }
}
