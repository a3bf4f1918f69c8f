package io.tidemark.gateway.shared.idempotency;

import io.tidemark.environment.Clock;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Keys of one gateway, until it ends. Held for the whole retention or refused: none is forgotten
 * early to make room. The oldest stands first, so that each claim removes what is over.
 */
public final class MemoryIdempotencyStore implements IdempotencyStore {

    /** Of an entry, its key and its places in the map, roughly. */
    private static final int OVERHEAD_BYTES = 400;

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final IdempotencyProperties properties;
    private final Clock clock;
    private long usedBytes;

    private record Entry(
            String fingerprint,
            String token,
            long leaseEndNanos,
            long expiresNanos,
            @Nullable KeptAnswer answer) {

        long bytes() {
            return OVERHEAD_BYTES + (answer == null ? 0 : 2L * answer.body().length());
        }
    }

    public MemoryIdempotencyStore(IdempotencyProperties properties, Clock clock) {
        this.properties = properties;
        this.clock = clock;
    }

    @Override
    public Mono<Claim> claim(String key, String fingerprint, String token, Duration lease) {
        return Mono.fromSupplier(() -> claimNow(key, fingerprint, token, lease));
    }

    private synchronized Claim claimNow(
            String key, String fingerprint, String token, Duration lease) {
        long now = clock.nanos();
        removeExpired(now);
        Entry known = entries.get(key);
        if (known != null) {
            return answer(known, fingerprint, now);
        }
        if (usedBytes + OVERHEAD_BYTES > properties.memorySize().toBytes()) {
            return new Claim.Full();
        }
        put(key, new Entry(fingerprint, token, now + lease.toNanos(), expiry(now), null));
        return new Claim.Granted();
    }

    private static Claim answer(Entry known, String fingerprint, long now) {
        if (!known.fingerprint.equals(fingerprint)) {
            return new Claim.OtherRequest();
        }
        if (known.answer != null) {
            return new Claim.Answered(known.answer);
        }
        long left = known.leaseEndNanos - now;
        return left > 0
                ? new Claim.UnderWay(TimeUnit.NANOSECONDS.toMillis(left))
                : new Claim.OutcomeUnknown();
    }

    @Override
    public Mono<Boolean> keep(String key, String fingerprint, String token, KeptAnswer answer) {
        return Mono.fromSupplier(() -> keepNow(key, fingerprint, token, answer));
    }

    private synchronized boolean keepNow(
            String key, String fingerprint, String token, KeptAnswer answer) {
        Entry known = entries.get(key);
        if (known != null && !known.token.equals(token)) {
            return false;
        }
        long now = clock.nanos();
        remove(key);
        put(
                key,
                new Entry(
                        fingerprint,
                        token,
                        now,
                        expiry(now),
                        answer.within(properties.maxAnswerSize().toBytes())));
        return true;
    }

    @Override
    public Mono<Boolean> release(String key, String token) {
        return Mono.fromSupplier(
                () -> {
                    synchronized (this) {
                        Entry known = entries.get(key);
                        boolean own = known != null && known.token.equals(token);
                        if (own) {
                            remove(key);
                        }
                        return own;
                    }
                });
    }

    @Override
    public boolean shared() {
        return false;
    }

    private long expiry(long now) {
        return now + properties.retention().toNanos();
    }

    private void put(String key, Entry entry) {
        entries.put(key, entry);
        usedBytes += entry.bytes();
    }

    private void remove(String key) {
        Entry removed = entries.remove(key);
        usedBytes -= removed == null ? 0 : removed.bytes();
    }

    private void removeExpired(long now) {
        Iterator<Entry> oldestFirst = entries.values().iterator();
        while (oldestFirst.hasNext()) {
            Entry oldest = oldestFirst.next();
            if (now - oldest.expiresNanos < 0) {
                return;
            }
            oldestFirst.remove();
            usedBytes -= oldest.bytes();
        }
    }
}
