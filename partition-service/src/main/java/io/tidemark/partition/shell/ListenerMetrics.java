package io.tidemark.partition.shell;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.tidemark.partition.telemetry.ApiCounts;
import io.tidemark.protocol.server.ServerObserver;
import io.tidemark.protocol.transport.ConnectionShares.Refusal;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.message.ApiMessageType;
import org.jspecify.annotations.Nullable;

/** Counts what the listener does, requests by the names of their APIs. Called on event loops. */
final class ListenerMetrics implements ServerObserver, ApiCounts {
    private static final int MAX_API_KEY = 128;
    private static final Map<Short, String> API_NAMES =
            Arrays.stream(ApiMessageType.values())
                    .collect(Collectors.toUnmodifiableMap(ApiMessageType::apiKey, api -> api.name));

    private final MeterRegistry registry;
    private final AtomicInteger connections = new AtomicInteger();
    private final Map<Refusal, Counter> refused = new EnumMap<>(Refusal.class);
    private final Counter late;
    private final AtomicReferenceArray<@Nullable Timer> timers =
            new AtomicReferenceArray<>(MAX_API_KEY);

    ListenerMetrics(MeterRegistry registry) {
        this.registry = registry;
        for (Refusal reason : Refusal.values()) {
            refused.put(
                    reason,
                    Counter.builder("tidemark.partition.connections.refused")
                            .description("Connections refused because there were too many")
                            .tag("reason", reason.name())
                            .register(registry));
        }
        this.late =
                Counter.builder("tidemark.partition.frames.late")
                        .description("Connections closed as a request did not come whole in time")
                        .register(registry);
        Gauge.builder("tidemark.partition.connections", connections::get)
                .description("Open connections of Kafka clients")
                .strongReference(true)
                .register(registry);
    }

    @Override
    public void connectionOpened(String listener) {
        connections.incrementAndGet();
    }

    @Override
    public void connectionClosed(String listener) {
        connections.decrementAndGet();
    }

    @Override
    public void connectionRefused(String listener, Refusal reason) {
        Objects.requireNonNull(refused.get(reason)).increment();
    }

    @Override
    public void requestHandled(
            short apiKey,
            short apiVersion,
            int requestBytes,
            long responseBytes,
            long handledNanos) {
        if (apiKey >= 0 && apiKey < MAX_API_KEY) {
            timer(apiKey).record(handledNanos, TimeUnit.NANOSECONDS);
        }
    }

    private Timer timer(short apiKey) {
        Timer known = timers.get(apiKey);
        if (known != null) {
            return known;
        }
        Timer made =
                Timer.builder("tidemark.partition.requests")
                        .description("Requests, from the last byte in to the first byte out")
                        .tag("api", name(apiKey))
                        .serviceLevelObjectives(
                                Duration.ofMillis(1),
                                Duration.ofMillis(10),
                                Duration.ofMillis(100),
                                Duration.ofSeconds(1))
                        .register(registry);
        timers.set(apiKey, made);
        return made;
    }

    /** A stranger's bytes are not a name for a metric. */
    private static String name(short apiKey) {
        return API_NAMES.getOrDefault(apiKey, "unknown");
    }

    @Override
    public int connections() {
        return connections.get();
    }

    @Override
    public void forEach(Consumer<Counted> action) {
        for (short key = 0; key < MAX_API_KEY; key++) {
            Timer timer = timers.get(key);
            if (timer != null) {
                action.accept(
                        new Counted(
                                name(key),
                                timer::count,
                                () -> timer.totalTime(TimeUnit.MILLISECONDS)));
            }
        }
    }

    @Override
    public void requestFailed(short apiKey, short apiVersion) {
        error("failed", apiKey);
    }

    @Override
    public void requestRejected(short apiKey, short apiVersion) {
        error("rejected", apiKey);
    }

    private void error(String kind, short apiKey) {
        Counter.builder("tidemark.partition.requests." + kind)
                .description("Requests that were " + kind)
                .tag("api", name(apiKey))
                .register(registry)
                .increment();
    }

    @Override
    public void frameLate() {
        late.increment();
    }

    @Override
    public void readThrottled(Throttle reason) {
        Counter.builder("tidemark.partition.reads.throttled")
                .description("Times that reading from a connection paused")
                .tag("reason", reason.name())
                .register(registry)
                .increment();
    }
}
