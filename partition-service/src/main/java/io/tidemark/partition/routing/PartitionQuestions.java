package io.tidemark.partition.routing;

import io.tidemark.protocol.ErrorCode;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Many partitions asked at once ({@link io.tidemark.partition.serving.Partition#ask}). Any thread.
 */
public final class PartitionQuestions {

    private PartitionQuestions() {}

    /** Completes when all answers are there; never fails. */
    public static CompletableFuture<Void> all(List<? extends CompletableFuture<?>> answers) {
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .handle((done, failure) -> null);
    }

    /** The error to tell a client where a question failed. */
    public static ErrorCode errorOf(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        return cause instanceof IOException
                ? ErrorCode.KAFKA_STORAGE_ERROR
                : ErrorCode.UNKNOWN_SERVER_ERROR;
    }
}
