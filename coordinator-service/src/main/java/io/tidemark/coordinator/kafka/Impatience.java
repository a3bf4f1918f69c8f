package io.tidemark.coordinator.kafka;

import io.tidemark.environment.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Members whose client hung up while an answer was held: its {@code request.timeout.ms} may be
 * shorter than that. They are not kept waiting again for ten minutes. Any thread.
 */
final class Impatience {
    private static final long LASTS_NANOS = TimeUnit.MINUTES.toNanos(10);

    /** When more than that are known, all are forgotten. */
    private static final int MOST = 10_000;

    private final Clock clock;
    private final Map<String, Long> sinceNanos = new ConcurrentHashMap<>();

    Impatience(Clock clock) {
        this.clock = clock;
    }

    void shown(String memberId) {
        if (sinceNanos.size() >= MOST) {
            sinceNanos.clear();
        }
        sinceNanos.put(memberId, clock.nanos());
    }

    boolean isOf(String memberId) {
        Long since = sinceNanos.get(memberId);
        if (since == null) {
            return false;
        }
        if (clock.nanos() - since < LASTS_NANOS) {
            return true;
        }
        sinceNanos.remove(memberId, since);
        return false;
    }
}
