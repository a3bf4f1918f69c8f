package io.tidemark.gateway.routing;

import io.tidemark.gateway.error.ApiError;
import io.tidemark.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * What a leader's refusal means to whoever asked it something. Of a damaged record it says what it
 * would say of one that was damaged on its way: a producer sends that again, but a reader waits in
 * vain.
 */
final class Refusal {
    private Refusal() {}

    /** Whether asking again may help. */
    static boolean isForNow(ErrorCode error) {
        return error.retriable() && error != ErrorCode.CORRUPT_MESSAGE;
    }

    static ApiError error(ErrorCode error, String topic, int partition, @Nullable String message) {
        return error == ErrorCode.CORRUPT_MESSAGE
                ? ApiError.lost(
                        "Partition %d of topic '%s' has damaged records where it was searched, and no other replica has them."
                                .formatted(partition, topic))
                : ApiError.of(error, message);
    }
}
