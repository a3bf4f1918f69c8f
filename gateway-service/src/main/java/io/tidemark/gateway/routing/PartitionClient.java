package io.tidemark.gateway.routing;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.core.IntervalFunction;
import io.tidemark.environment.Clock;
import io.tidemark.environment.Timers;
import io.tidemark.gateway.error.ErrorMapping;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.client.KafkaClient;
import io.tidemark.protocol.client.NodeAddress;
import io.tidemark.protocol.client.Response;
import io.tidemark.protocol.record.RecordBytes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;
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

    /** For the answer to a short question. */
    private static final Duration SHORT_PATIENCE = Duration.ofSeconds(3);

    private final ClusterView view;
    private final Leaders leaders;
    private final KafkaClient client;
    private final NodeBreakers breakers;
    private final Clock clock;
    private final Duration leaderTimeout;
    private final NodeSilence silence;

    /**
     * @param leaderTimeout how long a question waits for a partition that has no leader, at most
     */
    public PartitionClient(
            ClusterView view,
            Leaders leaders,
            KafkaClient client,
            NodeBreakers breakers,
            Clock clock,
            Timers timers,
            Duration leaderTimeout) {
        this.view = view;
        this.leaders = leaders;
        this.client = client;
        this.breakers = breakers;
        this.clock = clock;
        this.leaderTimeout = leaderTimeout;
        this.silence = new NodeSilence(client, clock, timers, breakers::open);
        view.onChange((image, deltas) -> deltas.forEach(this::welcomeBack));
    }

    /** A node that registers, or is in touch again, begins without its past. */
    private void welcomeBack(Delta delta) {
        if (delta instanceof Delta.NodeRegistered registered) {
            breakers.reset(registered.node().id());
        } else if (delta instanceof Delta.NodeUnfenced unfenced) {
            breakers.reset(unfenced.nodeId());
        }
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
     *     {@link java.io.IOException} where the connection broke and the outcome is unknown. The
     *     receiver closes the response.
     */
    public <S extends ApiMessage> CompletionStage<Response<S>> send(
            int nodeId, Lane lane, ApiMessage request, Duration timeout) {
        Optional<NodeAddress> address = view.address(nodeId);
        if (address.isEmpty()) {
            return notSent(request, "node " + nodeId + " is unknown");
        }
        CircuitBreaker breaker = breakers.of(nodeId, lane);
        if (!breaker.tryAcquirePermission()) {
            return notSent(request, "node " + nodeId + " does not answer");
        }
        long start = clock.nanos();
        silence.asked(nodeId, address.get());
        CompletionStage<Response<S>> sent =
                client.send(address.get(), lane.name(), request, timeout);
        sent.whenComplete(
                (response, failure) -> {
                    long elapsed = clock.nanos() - start;
                    silence.ended(nodeId, failure == null);
                    if (failure == null) {
                        breaker.onSuccess(elapsed, TimeUnit.NANOSECONDS);
                    } else {
                        breaker.onError(
                                elapsed, TimeUnit.NANOSECONDS, ErrorMapping.unwrap(failure));
                    }
                });
        return sent;
    }

    private static <S extends ApiMessage> CompletionStage<Response<S>> notSent(
            ApiMessage request, String why) {
        RecordBytes.releaseAll(request);
        return CompletableFuture.failedFuture(new NodeUnavailableException(why));
    }

    /**
     * Asks a partition's leader, and asks again while the answer is a retriable error, the
     * connection fails or there is no leader: after a wait with jitter, or at once where the leader
     * changes, even while the old one still owes its answer. For requests that may be repeated.
     *
     * @param request makes the request for an attempt, from the topic as it is then
     * @param reader says what a response means; it must not keep slices of it, which is closed
     *     afterwards
     * @param each for one attempt, so that a silent node leaves time for another
     * @param limit over all attempts
     * @return fails with an {@link io.tidemark.gateway.error.ApiErrorException} that names the last
     *     error, when the time is over
     */
    public <S extends ApiMessage, T> CompletionStage<T> askLeader(
            String topic,
            int partition,
            Lane lane,
            Function<TopicImage, ApiMessage> request,
            Function<S, Reply<T>> reader,
            Duration each,
            Patience limit) {
        Question<S, T> question =
                new Question<>(this, topic, partition, lane, request, reader, each, limit);
        question.ask();
        return question.result();
    }

    /**
     * Asks the leaders of many partitions of a topic, each of them once for all that it leads, and
     * asks again for those that were refused for now. For requests that may be repeated.
     *
     * @param request makes the request for some of the partitions, from the topic as it is then
     * @param reader tells of each partition in an answer what became of it; may be called at the
     *     same time for several leaders, and must not keep slices of the message
     * @param timeout over all attempts
     * @return fails with an {@link io.tidemark.gateway.error.ApiErrorException} that names the last
     *     error
     */
    public <S extends ApiMessage> CompletionStage<@Nullable Void> askLeaders(
            String topic,
            int[] partitions,
            Lane lane,
            BiFunction<TopicImage, int[], ApiMessage> request,
            BiConsumer<S, ObjIntConsumer<ErrorCode>> reader,
            Duration timeout) {
        WideQuestion<S> question =
                new WideQuestion<>(
                        this,
                        topic,
                        partitions,
                        lane,
                        request,
                        (message, outcome) ->
                                reader.accept(
                                        message,
                                        (error, partition) -> outcome.of(partition, error)),
                        patience(timeout));
        question.ask();
        return question.result();
    }

    /** The same for a short question, each attempt of which may take a few seconds. */
    public <S extends ApiMessage, T> CompletionStage<T> askLeader(
            String topic,
            int partition,
            Lane lane,
            Supplier<ApiMessage> request,
            Function<S, Reply<T>> reader,
            Patience limit) {
        return askLeader(
                topic, partition, lane, image -> request.get(), reader, SHORT_PATIENCE, limit);
    }

    /** Of a question that is not to wait for a leader for longer than others. */
    public Patience patience(Duration timeout) {
        return new Patience(timeout, leaderTimeout);
    }

    /** How long a question waits for a partition that has no leader. */
    public Duration leaderTimeout() {
        return leaderTimeout;
    }

    ClusterView view() {
        return view;
    }

    Leaders leaders() {
        return leaders;
    }

    Clock clock() {
        return clock;
    }
}
