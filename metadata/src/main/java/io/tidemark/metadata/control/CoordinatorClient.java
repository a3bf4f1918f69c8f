package io.tidemark.metadata.control;

import io.tidemark.metadata.json.MetadataFormatException;
import io.tidemark.metadata.json.MetadataJson;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to whichever coordinator leads. What certainly did not arrive is sent again, to
 * the next coordinator or to the one that is said to lead; what may have arrived only where the
 * caller says that it may be repeated. Waits between attempts grow from 10 ms to 500 ms, with
 * jitter.
 */
final class CoordinatorClient {
    private static final int MISDIRECTED = 421;
    private static final long FIRST_BACKOFF_MS = 10;
    private static final long MAX_BACKOFF_MS = 500;

    private final HttpClient http;
    private final List<URI> coordinators;
    private final RandomGenerator jitter;
    private final AtomicInteger next = new AtomicInteger();
    private volatile URI leader;

    CoordinatorClient(HttpClient http, List<URI> coordinators, RandomGenerator jitter) {
        this.http = http;
        this.coordinators = List.copyOf(coordinators);
        this.jitter = jitter;
        this.leader = coordinators.getFirst();
    }

    /** Where the leader was last seen. */
    URI leader() {
        return leader;
    }

    /** The coordinator at hand does not lead: goes on with the one that does, or the next. */
    void tryElsewhere(Optional<String> hint) {
        leader =
                hint.map(URI::create)
                        .orElseGet(
                                () ->
                                        coordinators.get(
                                                Math.floorMod(
                                                        next.incrementAndGet(),
                                                        coordinators.size())));
    }

    /**
     * @param repeatable whether the request may be carried out twice
     * @param timeout for all attempts together
     */
    <T> CompletableFuture<T> post(
            String path, Object body, Class<T> answer, boolean repeatable, Duration timeout) {
        byte[] json = MetadataJson.encode(body);
        Call<T> call =
                new Call<>(path, json, answer, repeatable, System.nanoTime() + timeout.toNanos());
        return attempt(call, FIRST_BACKOFF_MS);
    }

    private <T> CompletableFuture<T> attempt(Call<T> call, long backoffMs) {
        long leftNanos = call.deadlineNanos - System.nanoTime();
        if (leftNanos <= 0) {
            return CompletableFuture.failedFuture(
                    new IOException("No coordinator answered in time; tried " + coordinators));
        }
        HttpRequest request =
                HttpRequest.newBuilder(leader.resolve(call.path))
                        .header("Content-Type", "application/json")
                        .timeout(Duration.ofNanos(leftNanos))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(call.body))
                        .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
                .handle((response, failure) -> outcome(call, response, failure))
                .thenCompose(
                        outcome ->
                                switch (outcome) {
                                    case Outcome.Answered<T> done ->
                                            CompletableFuture.completedFuture(done.answer);
                                    case Outcome.Failed<T> failed ->
                                            CompletableFuture.failedFuture(failed.reason);
                                    case Outcome.Again<T> again -> {
                                        tryElsewhere(again.leader);
                                        yield later(call, backoffMs);
                                    }
                                });
    }

    private <T> CompletableFuture<T> later(Call<T> call, long backoffMs) {
        long delayMs = backoffMs / 2 + jitter.nextLong(backoffMs);
        return CompletableFuture.supplyAsync(
                        () -> attempt(call, Math.min(MAX_BACKOFF_MS, 2 * backoffMs)),
                        CompletableFuture.delayedExecutor(delayMs, TimeUnit.MILLISECONDS))
                .thenCompose(again -> again);
    }

    private static <T> Outcome<T> outcome(
            Call<T> call, @Nullable HttpResponse<byte[]> response, @Nullable Throwable failure) {
        if (response == null) {
            Throwable cause = failure instanceof CompletionException e ? e.getCause() : failure;
            boolean unsent =
                    cause instanceof ConnectException
                            || cause instanceof HttpConnectTimeoutException;
            return unsent || call.repeatable
                    ? new Outcome.Again<>(Optional.empty())
                    : new Outcome.Failed<>(
                            new IOException("The coordinator's answer was lost: " + cause, cause));
        }
        try {
            return switch (response.statusCode()) {
                case 200 ->
                        new Outcome.Answered<>(MetadataJson.decode(response.body(), call.answer));
                case MISDIRECTED, 503 -> new Outcome.Again<>(redirect(response).leader());
                case 504 ->
                        call.repeatable
                                ? new Outcome.Again<>(Optional.empty())
                                : new Outcome.Failed<>(refusal(response));
                default -> new Outcome.Failed<>(refusal(response));
            };
        } catch (MetadataFormatException e) {
            return new Outcome.Failed<>(
                    new IOException(
                            "Not a coordinator's answer from "
                                    + response.uri()
                                    + ", status "
                                    + response.statusCode(),
                            e));
        }
    }

    private static IOException refusal(HttpResponse<byte[]> response)
            throws MetadataFormatException {
        return new IOException(
                "The coordinator answered "
                        + response.statusCode()
                        + ": "
                        + redirect(response).message());
    }

    private static Redirect redirect(HttpResponse<byte[]> response) throws MetadataFormatException {
        return MetadataJson.decode(response.body(), Redirect.class);
    }

    private record Call<T>(
            String path, byte[] body, Class<T> answer, boolean repeatable, long deadlineNanos) {}

    private sealed interface Outcome<T> {
        record Answered<T>(T answer) implements Outcome<T> {}

        record Failed<T>(IOException reason) implements Outcome<T> {}

        record Again<T>(Optional<String> leader) implements Outcome<T> {}
    }
}
