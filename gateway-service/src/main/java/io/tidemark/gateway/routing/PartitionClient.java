package io.tidemark.gateway.routing;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.core.IntervalFunction;
import io.tidemark.environment.Clock;
import io.tidemark.environment.Timers;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.client.KafkaClient;
import io.tidemark.protocol.client.NodeAddress;
import io.tidemark.protocol.client.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/**
 * Asks partition services over the Kafka protocol. Safe for any thread; stages complete on the
 * connection's event loop, or on a timer's thread.
 */
public final class PartitionClient {

    /** Doubles from 20 ms to half a second, each wait spread by half of itself. */
    private static final IntervalFunction BACKOFF =
            IntervalFunction.ofExponentialRandomBackoff(
                    Duration.ofMillis(20), 2.0, 0.5, Duration.ofMillis(500));

    private final ClusterView view;
    private final KafkaClient client;
    private final NodeBreakers breakers;
    private final Clock clock;
    private final Timers timers;

    public PartitionClient(
            ClusterView view,
            KafkaClient client,
            NodeBreakers breakers,
            Clock clock,
            Timers timers) {
        this.view = view;
        this.client = client;
        this.breakers = breakers;
        this.clock = clock;
        this.timers = timers;
    }

    /** How long to wait before the attempt after attempt number {@code attempt} (from 1), in ms. */
    public static long backoffMs(int attempt) {
        return BACKOFF.apply(Math.min(attempt, 16));
    }

    /**
     * Sends one request to one node, once, behind the node's circuit breaker.
     *
     * @param timeout until the response; then the stage fails with a {@link TimeoutException}
     * @return fails with {@link NodeUnavailableException} where nothing was sent, and with another
     *     {@link IOException} where the connection broke and the outcome is unknown. The receiver
     *     closes the response.
     */
    public <S extends ApiMessage> CompletionStage<Response<S>> send(
            int nodeId, Lane lane, ApiMessage request, Duration timeout) {
        Optional<NodeAddress> address = view.address(nodeId);
        if (address.isEmpty()) {
            return CompletableFuture.failedFuture(
                    new NodeUnavailableException("node " + nodeId + " is unknown"));
        }
        CircuitBreaker breaker = breakers.of(nodeId, lane);
        if (!breaker.tryAcquirePermission()) {
            return CompletableFuture.failedFuture(
                    new NodeUnavailableException("node " + nodeId + " does not answer"));
        }
        long start = clock.nanos();
        CompletionStage<Response<S>> sent =
                client.send(address.get(), lane.name(), request, timeout);
        sent.whenComplete(
                (response, failure) -> {
                    long elapsed = clock.nanos() - start;
                    if (failure == null) {
                        breaker.onSuccess(elapsed, TimeUnit.NANOSECONDS);
                    } else {
                        breaker.onError(elapsed, TimeUnit.NANOSECONDS, cause(failure));
                    }
                });
        return sent;
    }

    /**
     * Asks a partition's leader, and asks again (the new leader, with jitter) while the answer is a
     * retriable error, the connection fails or there is no leader. For requests that may be
     * repeated.
     *
     * @param request makes the request, anew for each attempt
     * @param reader says what a response means; it must not keep slices of it, which is closed
     *     afterwards
     * @param timeout over all attempts
     * @return fails with an {@link io.tidemark.gateway.error.ApiErrorException} that names the last
     *     error
     */
    public <S extends ApiMessage, T> CompletionStage<T> askLeader(
            String topic,
            int partition,
            Lane lane,
            Supplier<ApiMessage> request,
            Function<S, Reply<T>> reader,
            Duration timeout) {
        Question<S, T> question =
                new Question<>(
                        topic,
                        partition,
                        lane,
                        request,
                        reader,
                        clock.nanos() + timeout.toNanos(),
                        new CompletableFuture<>());
        ask(question, 1);
        return question.result;
    }

    private record Question<S extends ApiMessage, T>(
            String topic,
            int partition,
            Lane lane,
            Supplier<ApiMessage> request,
            Function<S, Reply<T>> reader,
            long deadlineNanos,
            CompletableFuture<T> result) {}

    private <S extends ApiMessage, T> void ask(Question<S, T> question, int attempt) {
        if (view.partition(question.topic, question.partition).isEmpty()) {
            question.result.completeExceptionally(
                    (view.topic(question.topic).isEmpty()
                                    ? ApiError.topicNotFound(question.topic)
                                    : ApiError.partitionNotFound(
                                            question.topic, question.partition))
                            .exception());
            return;
        }
        Optional<NodeImage> leader = view.leader(question.topic, question.partition);
        if (leader.isEmpty()) {
            again(question, attempt, ApiError.leaderNotFound(question.topic, question.partition));
            return;
        }
        long leftNanos = Math.max(1, question.deadlineNanos - clock.nanos());
        this.<S>send(
                        leader.get().id(),
                        question.lane,
                        question.request.get(),
                        Duration.ofNanos(leftNanos))
                .whenComplete(
                        (response, failure) -> answered(question, attempt, response, failure));
    }

    private <S extends ApiMessage, T> void answered(
            Question<S, T> question,
            int attempt,
            @Nullable Response<S> response,
            @Nullable Throwable failure) {
        if (response == null) {
            Throwable cause = cause(failure);
            again(question, attempt, ApiError.unavailable(String.valueOf(cause.getMessage())));
            return;
        }
        Reply<T> reply;
        try (response) {
            reply = question.reader.apply(response.message());
        } catch (RuntimeException bug) {
            question.result.completeExceptionally(bug);
            return;
        }
        switch (reply) {
            case Reply.Answer<T>(T value) -> question.result.complete(value);
            case Reply.Refused<T>(ErrorCode error, String message) -> {
                ApiError apiError = ApiError.of(error, message);
                if (error.retriable()) {
                    again(question, attempt, apiError);
                } else {
                    question.result.completeExceptionally(apiError.exception());
                }
            }
        }
    }

    private <S extends ApiMessage, T> void again(
            Question<S, T> question, int attempt, ApiError last) {
        long waitMs = backoffMs(attempt);
        long leftMs = (question.deadlineNanos - clock.nanos()) / 1_000_000;
        if (waitMs >= leftMs) {
            question.result.completeExceptionally(last.exception());
        } else {
            timers.schedule(waitMs, () -> ask(question, attempt + 1));
        }
    }

    private static Throwable cause(@Nullable Throwable failure) {
        if (failure == null) {
            return new IOException("no response");
        }
        Throwable cause = failure.getCause();
        return failure instanceof CompletionException && cause != null ? cause : failure;
    }
}
