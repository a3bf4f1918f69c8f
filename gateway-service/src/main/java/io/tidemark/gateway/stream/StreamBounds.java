package io.tidemark.gateway.stream;

import io.tidemark.gateway.consume.OffsetLookup;
import io.tidemark.metadata.image.TopicImage;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Asks what a topic's log holds, to find where a stream begins. Safe for any thread. */
final class StreamBounds {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** Nobody asked for a time. */
    private static final long NO_TIME = Long.MIN_VALUE;

    private final OffsetLookup offsets;

    StreamBounds(OffsetLookup offsets) {
        this.offsets = offsets;
    }

    /** Fails with an {@link io.tidemark.gateway.error.ApiErrorException}. */
    CompletionStage<StreamStart.Bounds> of(TopicImage topic, StreamStart.From from) {
        CompletionStage<long[]> starts = offsets.all(topic, OffsetLookup.EARLIEST, TIMEOUT);
        CompletionStage<long[]> ends = offsets.all(topic, OffsetLookup.LATEST, TIMEOUT);
        long time = from instanceof StreamStart.From.Time(long ms) ? ms : NO_TIME;
        if (time == NO_TIME) {
            return starts.thenCombine(
                    ends, (start, end) -> new StreamStart.Bounds(start, end, null));
        }
        CompletableFuture<long[]> found = offsets.all(topic, time, TIMEOUT).toCompletableFuture();
        return starts.thenCombine(
                ends.thenCombine(found, (end, byTime) -> new long[][] {end, byTime}),
                (start, rest) -> new StreamStart.Bounds(start, rest[0], rest[1]));
    }
}
