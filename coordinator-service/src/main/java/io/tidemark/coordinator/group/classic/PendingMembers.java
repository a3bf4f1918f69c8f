package io.tidemark.coordinator.group.classic;

import io.tidemark.environment.Timers;
import java.util.HashMap;
import java.util.Map;

/**
 * Ids that were given to clients which have yet to join with them (KIP-394). Each is forgotten
 * after a session timeout.
 */
final class PendingMembers {
    /** Most ids that one group waits for. */
    static final int MAX = 10_000;

    private final Map<String, Timers.Timer> timers = new HashMap<>();

    void add(String memberId, Timers.Timer forgets) {
        timers.put(memberId, forgets);
    }

    boolean contains(String memberId) {
        return timers.containsKey(memberId);
    }

    /** Returns whether it was there. */
    boolean remove(String memberId) {
        Timers.Timer timer = timers.remove(memberId);
        if (timer != null) {
            timer.cancel();
        }
        return timer != null;
    }

    boolean isEmpty() {
        return timers.isEmpty();
    }

    boolean isFull() {
        return timers.size() >= MAX;
    }

    void clear() {
        timers.values().forEach(Timers.Timer::cancel);
        timers.clear();
    }
}
