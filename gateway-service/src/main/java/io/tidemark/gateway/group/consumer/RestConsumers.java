package io.tidemark.gateway.group.consumer;

import io.netty.util.concurrent.EventExecutor;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.error.ApiErrorException;
import io.tidemark.gateway.group.consumer.Registration.Standing;
import io.tidemark.gateway.shared.instance.ConsumerInstance;
import io.tidemark.gateway.shared.instance.InstanceDirectory.Creation;
import io.tidemark.gateway.shared.instance.InstanceDirectory.Takeover;
import io.tidemark.gateway.shared.instance.InstanceKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The instances that this gateway serves. One that it does not serve yet, it takes over: where the
 * directory knows it, and whoever served it before notices by its claim. Safe for any thread.
 */
final class RestConsumers {

    private static final int SWEEP_MS = 1_000;
    private static final int CHECKS_EVERY = 5;
    private static final int RETRY_AFTER_SECONDS = 5;

    /** How often, and how many times, a taker looks whether an answer has left. */
    private static final int LOOK_MS = 20;

    private static final int LOOKS = 25;

    private final ConsumerParts parts;
    private final List<? extends EventExecutor> loops;
    private final ConcurrentMap<InstanceKey, CompletableFuture<RestConsumer>> consumers =
            new ConcurrentHashMap<>();
    private final AtomicInteger nextLoop = new AtomicInteger();
    private int sweeps;
    private volatile boolean stopped;

    RestConsumers(ConsumerParts parts, List<? extends EventExecutor> loops) {
        this.parts = parts;
        this.loops = loops;
    }

    int size() {
        return consumers.size();
    }

    ConsumerParts parts() {
        return parts;
    }

    private EventExecutor loop() {
        for (EventExecutor each : loops) {
            if (each.inEventLoop()) {
                return each;
            }
        }
        return loops.get(Math.floorMod(nextLoop.getAndIncrement(), loops.size()));
    }

    // ---- creation

    /** Fails with 40902 where there is an instance of that name. */
    CompletionStage<RestConsumer> create(InstanceKey key, InstanceSettings settings) {
        requireRoom();
        return create(key, settings, true);
    }

    private void requireRoom() {
        int limit = parts.properties().maxInstances();
        if (stopped || consumers.size() >= limit) {
            throw full(limit);
        }
    }

    private static ApiErrorException full(int limit) {
        return ApiError.busy(
                        "There are %d consumer instances already.".formatted(limit),
                        RETRY_AFTER_SECONDS)
                .exception();
    }

    private CompletionStage<RestConsumer> create(
            InstanceKey key, InstanceSettings settings, boolean mayReplace) {
        return parts.directory()
                .create(
                        key,
                        settings.toJson(),
                        parts.identity().id(),
                        Registration.timeToLive(settings))
                .toFuture()
                .thenApply(Objects::requireNonNull)
                .thenCompose(
                        creation ->
                                switch (creation) {
                                    case Creation.Created(ConsumerInstance entry) -> begin(entry);
                                    case Creation.Exists(ConsumerInstance entry) ->
                                            mayReplace && isExpired(entry)
                                                    ? replace(entry, settings)
                                                    : CompletableFuture.failedFuture(exists(key));
                                    case Creation.Full(int limit) ->
                                            CompletableFuture.failedFuture(full(limit));
                                });
    }

    private static ApiErrorException exists(InstanceKey key) {
        return new ApiError(
                        409,
                        40902,
                        "Consumer instance '%s' of group '%s' exists already."
                                .formatted(key.instance(), key.group()))
                .exception();
    }

    private CompletionStage<RestConsumer> replace(
            ConsumerInstance expired, InstanceSettings settings) {
        InstanceKey key = expired.key();
        return parts.directory()
                .claim(key, expired.claim(), parts.identity().id())
                .flatMap(
                        takeover ->
                                takeover instanceof Takeover.Claimed(ConsumerInstance mine)
                                        ? parts.directory().delete(key, mine.claim()).then()
                                        : reactor.core.publisher.Mono.empty())
                .toFuture()
                .thenCompose(done -> create(key, settings, false));
    }

    private CompletionStage<RestConsumer> begin(ConsumerInstance entry) {
        EventExecutor loop = loop();
        CompletableFuture<RestConsumer> begun =
                CompletableFuture.supplyAsync(() -> consumer(entry, loop), loop);
        consumers.put(entry.key(), begun);
        return begun;
    }

    private RestConsumer consumer(ConsumerInstance entry, EventExecutor loop) {
        return new RestConsumer(parts, entry, loop, parts.members().newMemberId());
    }

    // ---- requests

    /**
     * Does something with an instance, on its loop. Fails with 40403 where there is none, and with
     * 503 where that cannot be known.
     */
    <T> CompletionStage<T> with(InstanceKey key, Function<RestConsumer, CompletionStage<T>> work) {
        return with(key, work, true);
    }

    private <T> CompletionStage<T> with(
            InstanceKey key, Function<RestConsumer, CompletionStage<T>> work, boolean mayRepeat) {
        CompletableFuture<RestConsumer> here = consumers.get(key);
        if (here == null) {
            return takeOver(key).thenCompose(consumer -> run(consumer, work));
        }
        return here.thenCompose(
                consumer ->
                        consumer.registration()
                                .use()
                                .thenCompose(
                                        standing -> {
                                            if (standing != Standing.TAKEN && !consumer.isGone()) {
                                                return run(consumer, work);
                                            }
                                            forget(key, here);
                                            consumer.loop().execute(consumer::abandon);
                                            return mayRepeat
                                                    ? with(key, work, false)
                                                    : CompletableFuture.failedFuture(
                                                            consumer.takenElsewhere().exception());
                                        }));
    }

    private static <T> CompletionStage<T> run(
            RestConsumer consumer, Function<RestConsumer, CompletionStage<T>> work) {
        return CompletableFuture.supplyAsync(
                        () -> {
                            consumer.acknowledge();
                            return work.apply(consumer);
                        },
                        consumer.loop())
                .thenCompose(Function.identity());
    }

    private void forget(InstanceKey key, CompletableFuture<RestConsumer> known) {
        consumers.remove(key, known);
    }

    // ---- taking over

    private CompletionStage<RestConsumer> takeOver(InstanceKey key) {
        CompletableFuture<RestConsumer> mine = new CompletableFuture<>();
        CompletableFuture<RestConsumer> other = consumers.putIfAbsent(key, mine);
        if (other != null) {
            return other;
        }
        find(key, LOOKS)
                .whenComplete(
                        (consumer, failure) -> {
                            if (failure == null) {
                                mine.complete(consumer);
                            } else {
                                forget(key, mine);
                                mine.completeExceptionally(failure);
                            }
                        });
        return mine;
    }

    private CompletionStage<RestConsumer> find(InstanceKey key, int looks) {
        return parts.directory()
                .find(key)
                .toFuture()
                .thenCompose(
                        entry -> {
                            if (entry == null) {
                                return CompletableFuture.failedFuture(unknown(key));
                            }
                            if (isExpired(entry)) {
                                return CompletableFuture.failedFuture(expired(entry));
                            }
                            if (consumers.size() > parts.properties().maxInstances()) {
                                return CompletableFuture.failedFuture(
                                        full(parts.properties().maxInstances()));
                            }
                            boolean giving =
                                    !InstanceState.fromJson(entry.subscription())
                                            .delivering()
                                            .isEmpty();
                            // Its client has asked here, so it has that answer or will not get it:
                            // a gateway that lives says so in a moment.
                            return giving && looks > 0
                                    ? later(key, looks - 1)
                                    : claim(entry, looks);
                        });
    }

    private CompletionStage<RestConsumer> later(InstanceKey key, int looks) {
        CompletableFuture<RestConsumer> result = new CompletableFuture<>();
        var unused =
                loop().schedule(
                                () ->
                                        find(key, looks)
                                                .whenComplete(
                                                        (found, failure) -> {
                                                            if (failure == null) {
                                                                result.complete(found);
                                                            } else {
                                                                result.completeExceptionally(
                                                                        failure);
                                                            }
                                                        }),
                                LOOK_MS,
                                TimeUnit.MILLISECONDS);
        return result;
    }

    private CompletionStage<RestConsumer> claim(ConsumerInstance seen, int looks) {
        return parts.directory()
                .claim(seen.key(), seen.claim(), parts.identity().id())
                .toFuture()
                .thenApply(Objects::requireNonNull)
                .thenCompose(
                        takeover ->
                                switch (takeover) {
                                    case Takeover.Claimed(ConsumerInstance entry) -> resume(entry);
                                    case Takeover.Lost(ConsumerInstance entry) ->
                                            looks > 0
                                                    ? later(seen.key(), looks - 1)
                                                    : CompletableFuture.failedFuture(
                                                            ApiError.unavailable(
                                                                            "Gateways contend for consumer instance '%s'."
                                                                                    .formatted(
                                                                                            seen.key()
                                                                                                    .instance()))
                                                                    .exception());
                                    case Takeover.Absent() ->
                                            CompletableFuture.failedFuture(unknown(seen.key()));
                                });
    }

    private CompletionStage<RestConsumer> resume(ConsumerInstance entry) {
        EventExecutor loop = loop();
        return CompletableFuture.supplyAsync(
                () -> {
                    RestConsumer consumer = consumer(entry, loop);
                    consumer.resume(entry);
                    return consumer;
                },
                loop);
    }

    // ---- errors

    private static ApiErrorException unknown(InstanceKey key) {
        return new ApiError(
                        404,
                        40403,
                        "Consumer instance '%s' of group '%s' not found: it was never created, was deleted, or has expired."
                                .formatted(key.instance(), key.group()))
                .exception();
    }

    private boolean isExpired(ConsumerInstance entry) {
        return parts.clock().wallMs() - entry.lastUsedMs() >= timeoutMs(entry);
    }

    private static long timeoutMs(ConsumerInstance entry) {
        return InstanceSettings.fromJson(entry.configuration()).instanceTimeoutMs();
    }

    private static ApiErrorException expired(ConsumerInstance entry) {
        return expired(entry.key(), entry.lastUsedMs(), timeoutMs(entry));
    }

    private static ApiErrorException expired(InstanceKey key, long usedMs, long timeoutMs) {
        return new ApiError(
                        404,
                        40403,
                        "Consumer instance '%s' of group '%s' expired at %s, %d ms after its last request; create it again."
                                .formatted(
                                        key.instance(),
                                        key.group(),
                                        Instant.ofEpochMilli(usedMs + timeoutMs)
                                                .truncatedTo(ChronoUnit.MILLIS),
                                        timeoutMs))
                .exception();
    }

    // ---- deletion and expiry

    CompletionStage<?> delete(InstanceKey key) {
        return with(
                key,
                consumer ->
                        consumer.end()
                                .thenCompose(
                                        done -> {
                                            CompletableFuture<RestConsumer> here =
                                                    consumers.get(key);
                                            if (here != null) {
                                                forget(key, here);
                                            }
                                            return consumer.registration().delete();
                                        }));
    }

    /** Looks after all instances, again and again. */
    void start() {
        var unused =
                loops.getFirst()
                        .scheduleAtFixedRate(
                                this::sweep, SWEEP_MS, SWEEP_MS, TimeUnit.MILLISECONDS);
    }

    private void sweep() {
        if (stopped) {
            return;
        }
        boolean checking = ++sweeps % CHECKS_EVERY == 0;
        consumers.forEach(
                (key, known) -> {
                    RestConsumer consumer = now(known);
                    if (consumer != null) {
                        consumer.loop().execute(() -> look(key, known, consumer, checking));
                    }
                });
    }

    private static @Nullable RestConsumer now(CompletableFuture<RestConsumer> known) {
        return known.isDone() && !known.isCompletedExceptionally() ? known.join() : null;
    }

    private void look(
            InstanceKey key,
            CompletableFuture<RestConsumer> known,
            RestConsumer consumer,
            boolean checking) {
        if (consumer.isGone()) {
            forget(key, known);
            return;
        }
        boolean expired = consumer.isExpired(parts.clock().nanos());
        if (!expired && !checking) {
            return;
        }
        consumer.registration()
                .check()
                .thenAcceptAsync(
                        standing -> {
                            if (standing == Standing.TAKEN) {
                                forget(key, known);
                                consumer.abandon();
                            } else if (expired && consumer.isExpired(parts.clock().nanos())) {
                                // Its entry stays for a while, and tells whoever asks. What was
                                // given last may never have arrived: that is not committed.
                                forget(key, known);
                                consumer.end();
                            }
                        },
                        consumer.loop());
    }

    /**
     * Ends everything here: waiting reads with nothing, and membership where no other gateway can
     * go on with it.
     *
     * @param shared whether there may be another gateway
     */
    CompletionStage<?> stop(boolean shared) {
        stopped = true;
        List<CompletableFuture<?>> ends = new ArrayList<>();
        consumers.forEach(
                (key, known) -> {
                    RestConsumer consumer = now(known);
                    if (consumer != null) {
                        ends.add(
                                CompletableFuture.supplyAsync(
                                                () -> consumer.stop(shared), consumer.loop())
                                        .thenCompose(Function.identity()));
                    }
                });
        return CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new));
    }

    /** How long a stop may take. */
    static Duration stopTimeout() {
        return Duration.ofSeconds(3);
    }
}
