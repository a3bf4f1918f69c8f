package io.tidemark.coordinator.runtime;

import io.tidemark.metadata.control.CoordinatorStatus.Reign;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** Who led, the newest {@value #KEPT} times. In memory; safe for any thread. */
final class Reigns {
    static final int KEPT = 20;

    private final Deque<Reign> reigns = new ArrayDeque<>(); // guarded by this

    /** Told again of the one that leads under the same epoch, nothing changes. */
    synchronized void began(String leader, long epoch, long nowMs) {
        Reign last = reigns.peekLast();
        if (last != null && last.leader().equals(leader) && last.epoch() >= epoch) {
            return;
        }
        reigns.addLast(new Reign(leader, epoch, nowMs));
        if (reigns.size() > KEPT) {
            reigns.removeFirst();
        }
    }

    /** The newest last. */
    synchronized List<Reign> all() {
        return List.copyOf(reigns);
    }
}
