package io.tidemark.gateway.shared.instance;

import io.tidemark.environment.Clock;
import io.tidemark.gateway.error.ApiError;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The directory of a gateway that shares nothing: it ends with the process. Holds one entry an
 * instance, whose expiry is looked at when it is met, and all of them when there is no room left.
 */
public final class MemoryInstanceDirectory implements InstanceDirectory {

    private final Map<InstanceKey, Entry> entries = new ConcurrentHashMap<>();
    private final AtomicLong claims = new AtomicLong();
    private final InstanceBounds bounds;
    private final Clock clock;

    private record Entry(ConsumerInstance instance, long expiresNanos) {}

    public MemoryInstanceDirectory(InstanceBounds bounds, Clock clock) {
        this.bounds = bounds;
        this.clock = clock;
    }

    @Override
    public Mono<Creation> create(
            InstanceKey key, String configuration, String owner, Duration ttl) {
        return Mono.fromSupplier(() -> createNow(key, configuration, owner, ttl));
    }

    private Creation createNow(InstanceKey key, String configuration, String owner, Duration ttl) {
        String refusal = bounds.refusal(configuration);
        if (refusal != null) {
            throw ApiError.badRequest(refusal).exception();
        }
        if (entries.size() >= bounds.maxInstances()) {
            entries.values().removeIf(this::expired);
            if (entries.size() >= bounds.maxInstances() && !entries.containsKey(key)) {
                return new Creation.Full(bounds.maxInstances());
            }
        }
        Entry fresh =
                entry(
                        new ConsumerInstance(
                                key,
                                configuration,
                                "",
                                "",
                                ConsumerInstance.NO_EPOCH,
                                Map.of(),
                                owner,
                                claims.incrementAndGet(),
                                clock.wallMs(),
                                ttl.toMillis()));
        Entry kept = entries.compute(key, (k, old) -> old == null || expired(old) ? fresh : old);
        return kept == fresh
                ? new Creation.Created(fresh.instance)
                : new Creation.Exists(kept.instance);
    }

    @Override
    public Mono<ConsumerInstance> find(InstanceKey key) {
        return Mono.fromSupplier(
                () -> {
                    Entry entry = live(key);
                    return entry == null ? null : entry.instance;
                });
    }

    @Override
    public Mono<Takeover> claim(InstanceKey key, long seenClaim, String newOwner) {
        return Mono.fromSupplier(
                () -> {
                    AtomicReference<Takeover> outcome =
                            new AtomicReference<>(new Takeover.Absent());
                    entries.computeIfPresent(
                            key,
                            (k, entry) -> {
                                if (expired(entry)) {
                                    return null;
                                }
                                if (entry.instance.claim() != seenClaim) {
                                    outcome.set(new Takeover.Lost(entry.instance));
                                    return entry;
                                }
                                ConsumerInstance claimed = claimed(entry.instance, newOwner);
                                outcome.set(new Takeover.Claimed(claimed));
                                return entry(claimed);
                            });
                    return outcome.get();
                });
    }

    @Override
    public Mono<Outcome> update(InstanceKey key, long claim, InstanceChange change) {
        return Mono.fromSupplier(
                () -> {
                    String refusal = bounds.refusal(change);
                    return refusal == null
                            ? underClaim(key, claim, entry -> changed(entry, change))
                            : new Outcome.TooLarge(refusal);
                });
    }

    @Override
    public Mono<Outcome> delete(InstanceKey key, long claim) {
        return Mono.fromSupplier(() -> underClaim(key, claim, entry -> null));
    }

    /** What an entry becomes; null deletes it. */
    private interface Step {
        @Nullable Entry apply(Entry entry);
    }

    private Outcome underClaim(InstanceKey key, long claim, Step step) {
        AtomicReference<Outcome> outcome = new AtomicReference<>(new Outcome.Absent());
        try {
            entries.computeIfPresent(
                    key,
                    (k, entry) -> {
                        if (expired(entry)) {
                            return null;
                        }
                        ConsumerInstance now = entry.instance;
                        if (now.claim() != claim) {
                            outcome.set(new Outcome.Fenced(now.owner(), now.claim()));
                            return entry;
                        }
                        outcome.set(new Outcome.Done());
                        return step.apply(entry);
                    });
        } catch (TooManyPositions e) {
            return new Outcome.TooLarge(bounds.tooManyPositions());
        }
        return outcome.get();
    }

    private static final class TooManyPositions extends RuntimeException {
        private static final long serialVersionUID = 1L;

        TooManyPositions() {
            super(null, null, false, false);
        }
    }

    private Entry changed(Entry entry, InstanceChange change) {
        ConsumerInstance old = entry.instance;
        InstanceChange.Member member = change.member();
        ConsumerInstance now =
                new ConsumerInstance(
                        old.key(),
                        old.configuration(),
                        change.subscription() == null ? old.subscription() : change.subscription(),
                        member == null ? old.memberId() : member.id(),
                        member == null ? old.memberEpoch() : member.epoch(),
                        positions(old.positions(), change),
                        old.owner(),
                        old.claim(),
                        change.used() ? clock.wallMs() : old.lastUsedMs(),
                        old.ttlMs());
        return change.used() ? entry(now) : new Entry(now, entry.expiresNanos);
    }

    private Map<TopicPartition, Long> positions(
            Map<TopicPartition, Long> old, InstanceChange change) {
        Map<TopicPartition, Long> changed = change.positions();
        if (changed == null) {
            return old;
        }
        if (change.replacing()) {
            return changed;
        }
        Map<TopicPartition, Long> all = new HashMap<>(old);
        all.putAll(changed);
        if (all.size() > bounds.maxPositions()) {
            throw new TooManyPositions();
        }
        return all;
    }

    private ConsumerInstance claimed(ConsumerInstance old, String newOwner) {
        return new ConsumerInstance(
                old.key(),
                old.configuration(),
                old.subscription(),
                old.memberId(),
                old.memberEpoch(),
                old.positions(),
                newOwner,
                claims.incrementAndGet(),
                clock.wallMs(),
                old.ttlMs());
    }

    private Entry entry(ConsumerInstance instance) {
        return new Entry(instance, clock.nanos() + TimeUnit.MILLISECONDS.toNanos(instance.ttlMs()));
    }

    private boolean expired(Entry entry) {
        return clock.nanos() - entry.expiresNanos >= 0;
    }

    private @Nullable Entry live(InstanceKey key) {
        Entry entry = entries.get(key);
        if (entry != null && expired(entry)) {
            entries.remove(key, entry);
            return null;
        }
        return entry;
    }
}
