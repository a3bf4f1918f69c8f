package io.tidemark.metadata.control;

import io.tidemark.environment.Clock;
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
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests to whichever coordinator leads. What certainly did not arrive is sent again, to
 * the next coordinator or to the one that is said to lead; what may have arrived only where the
 * caller says that it may be repeated: then a coordinator that says nothing is given up after an
 * attempt's time, which doubles, for it may be suspended while another one leads. Waits between
 * attempts grow from 10 ms to 200 ms, with jitter.
 */
final class CoordinatorClient {
    private static final int MISDIRECTED = 421;
    private static final long FIRST_BACKOFF_MS = 10;
    private static final long MAX_BACKOFF_MS = 200;

    private final HttpClient http;
    private final List<URI> coordinators;
    private final RandomGenerator jitter;
    private final Clock clock;
    private final AtomicReference<URI> leader;
    private volatile @Nullable URI answered;

    CoordinatorClient(
            HttpClient http, List<URI> coordinators, RandomGenerator jitter, Clock clock) {
        this.http = http;
        this.coordinators = List.copyOf(coordinators);
        this.jitter = jitter;
        this.clock = clock;
        this.leader = new AtomicReference<>(coordinators.getFirst());
    }

    /** Where the leader is looked for. */
    URI leader() {
        return leader.get();
    }

    /** This coordinator has answered as one does that leads. */
    void answered(URI coordinator) {
        answered = coordinator;
    }

    /** Whether another coordinator than this has last answered as the leader. */
    boolean leadsNoMore(URI coordinator) {
        URI last = answered;
        return last != null && !last.equals(coordinator);
    }

    /** This coordinator does not lead: goes on with the one that does, or the next. */
    void tryElsewhere(URI from, Optional<String> hint) {
        URI next =
                hint.map(URI::create)
                        .orElseGet(
                                () ->
                                        coordinators.get(
                                                (coordinators.indexOf(from) + 1)
                                                        % coordinators.size()));
        leader.compareAndSet(from, next);
    }

    <T> CompletableFuture<T> get(String path, Class<T> answer, Limits limits) {
        HttpRequest.Builder request = HttpRequest.newBuilder().GET();
        return attempt(
                new Call<>(path, request, answer, true, clock.nanos(), limits), FIRST_BACKOFF_MS);
    }

    /** Asks every coordinator once, at the same time; those that do not answer are left out. */
    <T> CompletableFuture<List<T>> askEach(String path, Class<T> answer, Duration timeout) {
        List<CompletableFuture<Optional<T>>> asked =
                coordinators.stream()
                        .map(each -> ask(each.resolve(path), answer, timeout))
                        .toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenApply(all -> asked.stream().flatMap(each -> each.join().stream()).toList());
    }

    private <T> CompletableFuture<Optional<T>> ask(URI uri, Class<T> answer, Duration timeout) {
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(timeout).build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
                .handle(
                        (response, failure) -> {
                            try {
                                return response == null || response.statusCode() != 200
                                        ? Optional.empty()
                                        : Optional.of(MetadataJson.decode(response.body(), answer));
                            } catch (MetadataFormatException e) {
                                return Optional.empty(); // of another release
                            }
                        });
    }

    /**
     * @param repeatable whether the request may be carried out twice
     */
    <T> CompletableFuture<T> post(
            String path, Object body, Class<T> answer, boolean repeatable, Limits limits) {
        byte[] json = MetadataJson.encode(body);
        HttpRequest.Builder request =
                HttpRequest.newBuilder()
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(json));
        return attempt(
                new Call<>(path, request, answer, repeatable, clock.nanos(), limits),
                FIRST_BACKOFF_MS);
    }

    private <T> CompletableFuture<T> attempt(Call<T> call, long backoffMs) {
        long leftNanos = call.deadlineNanos - clock.nanos();
        if (leftNanos <= 0) {
            return CompletableFuture.failedFuture(call.outOfTime(coordinators));
        }
        URI target = leader.get();
        HttpRequest request =
                call.request
                        .copy()
                        .uri(target.resolve(call.path))
                        .timeout(Duration.ofNanos(call.attemptNanos(leftNanos)))
                        .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
                .handle((response, failure) -> outcome(call, response, failure))
                .thenCompose(
                        outcome ->
                                switch (outcome) {
                                    case Outcome.Answered<T> done -> {
                                        answered(target);
                                        yield CompletableFuture.completedFuture(done.answer);
                                    }
                                    case Outcome.Failed<T> failed ->
                                            CompletableFuture.failedFuture(failed.reason);
                                    case Outcome.Again<T> again -> {
                                        tryElsewhere(target, again.leader);
                                        call.tried(again);
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
                    ? new Outcome.Again<>(Optional.empty(), !unsent, String.valueOf(cause))
                    : new Outcome.Failed<>(
                            new IOException("The coordinator's answer was lost: " + cause, cause));
        }
        try {
            return switch (response.statusCode()) {
                case 200 ->
                        new Outcome.Answered<>(MetadataJson.decode(response.body(), call.answer));
                case MISDIRECTED, 503 -> {
                    Redirect redirect = redirect(response);
                    yield new Outcome.Again<>(redirect.leader(), false, redirect.message());
                }
                case 504 ->
                        call.repeatable
                                ? new Outcome.Again<>(
                                        Optional.empty(), true, redirect(response).message())
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

    /**
     * @param timeout for all attempts together
     * @param attempt for the first attempt, where the request may be repeated
     */
    record Limits(Duration timeout, Duration attempt) {}

    private static final class Call<T> {
        final String path;
        final HttpRequest.Builder request;
        final Class<T> answer;
        final boolean repeatable;
        final long deadlineNanos;
        private long nextAttemptNanos;
        private boolean taken;
        private String reason = "it was not asked";

        Call(
                String path,
                HttpRequest.Builder request,
                Class<T> answer,
                boolean repeatable,
                long nowNanos,
                Limits limits) {
            this.path = path;
            this.request = request;
            this.answer = answer;
            this.repeatable = repeatable;
            this.deadlineNanos = nowNanos + limits.timeout.toNanos();
            this.nextAttemptNanos = limits.attempt.toNanos();
        }

        void tried(Outcome.Again<T> attempt) {
            taken |= attempt.taken;
            reason = attempt.reason;
        }

        IOException outOfTime(List<URI> coordinators) {
            String message =
                    "No coordinator answered in time (" + reason + "); tried " + coordinators;
            return taken ? new IOException(message) : new NoCoordinatorException(message);
        }

        /** How long the next attempt may take. Attempts come one after the other. */
        long attemptNanos(long leftNanos) {
            long attemptNanos = nextAttemptNanos;
            nextAttemptNanos = Math.min(2 * attemptNanos, Long.MAX_VALUE / 4);
            return repeatable ? Math.min(leftNanos, attemptNanos) : leftNanos;
        }
    }

    private sealed interface Outcome<T> {
        record Answered<T>(T answer) implements Outcome<T> {}

        record Failed<T>(IOException reason) implements Outcome<T> {}

        /**
         * @param taken whether it may have been carried out
         */
        record Again<T>(Optional<String> leader, boolean taken, String reason)
                implements Outcome<T> {}
    }
}
