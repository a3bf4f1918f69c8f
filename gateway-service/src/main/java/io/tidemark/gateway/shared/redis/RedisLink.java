package io.tidemark.gateway.shared.redis;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.reactor.circuitbreaker.operator.CircuitBreakerOperator;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisURI;
import io.lettuce.core.resource.ClientResources;
import io.netty.channel.EventLoopGroup;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.data.redis.connection.ReactiveRedisConnection;
import org.springframework.data.redis.connection.ReactiveRedisConnectionFactory;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.ReactiveStringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * One shared connection to Redis. Every call has a time limit and passes one circuit breaker; while
 * Redis is away calls fail at once. Never waits for Redis, at the start neither: the first
 * connection is made in the background and tried until it succeeds, later ones by Lettuce.
 *
 * <p>A call is sent at most once: what was under way when the connection broke has failed, carried
 * out or not. Safe for any thread; answers come on an event loop.
 */
public final class RedisLink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);

    private final LettuceConnectionFactory factory;
    private final ReactiveStringRedisTemplate template;
    private final CircuitBreakerRegistry breakers;
    private final CircuitBreaker breaker;
    private final RedisMetrics metrics;
    private final String address;
    private final String keyPrefix;
    private final Duration timeout;
    private final Disposable connecting;
    private volatile boolean made;
    private volatile boolean lost;
    private volatile boolean closed;
    private volatile String lastFailure = "";
    private volatile boolean complained;

    /**
     * @param loops that the connection runs on, where their kind allows it
     * @throws IllegalArgumentException where the URL is none
     */
    public RedisLink(RedisProperties properties, EventLoopGroup loops, RedisMetrics metrics) {
        RedisURI uri = parse(properties.url());
        this.address = uri.getHost() == null ? "sentinel" : uri.getHost() + ":" + uri.getPort();
        this.keyPrefix = properties.keyPrefix();
        this.timeout = properties.timeout();
        this.metrics = metrics;
        this.breakers = CircuitBreakerRegistry.of(breakerConfig());
        this.breaker = breakers.circuitBreaker("redis");
        this.factory = RedisClients.factory(uri, properties, loops);
        this.template = new ReactiveStringRedisTemplate(factory);
        factory.getRequiredNativeClient().addListener(new Watch());
        breaker.getEventPublisher().onStateTransition(e -> stateChanged(e.getStateTransition()));
        metrics.watch(this);
        this.connecting =
                Mono.fromCallable(this::connect)
                        .doOnError(this::notConnected)
                        .retryWhen(
                                Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(100))
                                        .maxBackoff(Duration.ofSeconds(1)))
                        .subscribeOn(Schedulers.boundedElastic())
                        .subscribe(connection -> nowConnected());
    }

    /** Waits, which is why it has a thread of its own. */
    private ReactiveRedisConnection connect() {
        ReactiveRedisConnectionFactory connections = factory;
        return connections.getReactiveConnection();
    }

    private static RedisURI parse(@Nullable String url) {
        try {
            return RedisURI.create(url == null ? "" : url);
        } catch (IllegalArgumentException e) {
            // Its message may repeat a password.
            throw new IllegalArgumentException(
                    "tidemark.redis.url is not of the form redis://host:port or rediss://host:port.");
        }
    }

    private static CircuitBreakerConfig breakerConfig() {
        return CircuitBreakerConfig.custom()
                .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(20)
                .minimumNumberOfCalls(5)
                .failureRateThreshold(50)
                .waitDurationInOpenState(Duration.ofSeconds(1))
                .permittedNumberOfCallsInHalfOpenState(2)
                .build();
    }

    /** A key of this cluster. */
    public String key(String rest) {
        return keyPrefix + ":" + rest;
    }

    /**
     * Runs a script that returns an array of strings.
     *
     * @param operation names it in metrics; one of a few
     * @return the array, or {@link SharedStoreException}
     */
    @SuppressWarnings({"rawtypes", "unchecked"})
    public Mono<List<String>> run(
            String operation, RedisScript<List> script, List<String> keys, List<String> args) {
        return Mono.defer(
                () -> {
                    if (!connected()) {
                        metrics.called(operation, RedisMetrics.Outcome.REJECTED, 0);
                        return Mono.error(failure("there is no connection", null));
                    }
                    long start = System.nanoTime();
                    return template.execute(script, keys, args)
                            .next()
                            .map(list -> (List<String>) list)
                            .timeout(timeout)
                            .transformDeferred(CircuitBreakerOperator.of(breaker))
                            .doOnNext(
                                    list ->
                                            metrics.called(
                                                    operation,
                                                    RedisMetrics.Outcome.OK,
                                                    System.nanoTime() - start))
                            .onErrorMap(
                                    cause -> failed(operation, cause, System.nanoTime() - start));
                });
    }

    private SharedStoreException failed(String operation, Throwable cause, long nanos) {
        if (cause instanceof io.github.resilience4j.circuitbreaker.CallNotPermittedException) {
            metrics.called(operation, RedisMetrics.Outcome.REJECTED, nanos);
            return failure("it has not answered for a while", cause);
        }
        metrics.called(operation, RedisMetrics.Outcome.FAILED, nanos);
        String text =
                cause instanceof TimeoutException
                        ? "no answer within " + timeout.toMillis() + " ms"
                        : text(cause);
        lastFailure = text;
        return failure(text, cause);
    }

    private SharedStoreException failure(String text, @Nullable Throwable cause) {
        return new SharedStoreException(
                "Redis at " + address + ": " + text,
                cause == null ? new TimeoutException() : cause);
    }

    private static String text(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = Objects.requireNonNull(root.getCause());
        }
        String message = root.getMessage();
        return message == null ? root.getClass().getSimpleName() : message;
    }

    private void notConnected(Throwable failure) {
        lastFailure = text(failure);
        complain();
    }

    private void nowConnected() {
        made = true;
        lastFailure = "";
        recovered();
    }

    /** Learns of lost and of new connections. */
    private final class Watch implements RedisConnectionStateListener {

        @Override
        public void onRedisConnected(RedisChannelHandler<?, ?> connection, SocketAddress remote) {
            lost = false;
            if (made) {
                recovered();
            }
        }

        @Override
        public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
            lost = true;
            lastFailure = "the connection was lost";
            if (!closed) {
                complain();
            }
        }
    }

    private boolean connected() {
        return made && !lost;
    }

    private void stateChanged(CircuitBreaker.StateTransition transition) {
        switch (transition.getToState()) {
            case OPEN -> complain();
            case CLOSED -> recovered();
            default -> {
                // On trial.
            }
        }
    }

    private void complain() {
        if (!complained) {
            complained = true;
            LOG.warn(
                    "Redis at {} does not answer ({}). Until it does, limits hold for this gateway"
                            + " alone, and requests with an Idempotency-Key are answered by 503.",
                    address,
                    lastFailure);
        }
    }

    private void recovered() {
        if (complained) {
            complained = false;
            LOG.info("Redis at {} answers again.", address);
        }
    }

    /** Whether calls are made, as far as is known. */
    public boolean available() {
        return connected() && breaker.getState() != CircuitBreaker.State.OPEN;
    }

    /** The breaker's state, for people. */
    public String state() {
        return connected() ? breaker.getState().name() : "CONNECTING";
    }

    /** Where Redis is; without credentials. */
    public String address() {
        return address;
    }

    /** Why the last call failed; empty where none has. */
    public String lastFailure() {
        return lastFailure;
    }

    /** For metrics. */
    public CircuitBreakerRegistry breakers() {
        return breakers;
    }

    @Override
    public void close() {
        closed = true;
        connecting.dispose();
        factory.destroy();
        ClientResources resources = factory.getClientResources();
        if (resources != null) {
            resources.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }
}
