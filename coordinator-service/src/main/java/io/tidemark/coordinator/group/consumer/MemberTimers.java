package io.tidemark.coordinator.group.consumer;

import io.tidemark.environment.Clock;
import io.tidemark.environment.Timers;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One deadline for each of a group's members, which moves where this process was held up itself. A
 * deadline that is put off costs nothing: the timer goes off at the old one, sees the new one and
 * waits on.
 */
final class MemberTimers {
    private static final long NANOS_PER_MS = 1_000_000;

    /** A timer that is later than this was held up by this process, which heard nobody either. */
    private static final long OWN_PAUSE_NANOS = 1_000 * NANOS_PER_MS;

    private final Clock clock;
    private final Timers timers;
    private final Consumer<String> expired;
    private final Map<String, Deadline> deadlines = new HashMap<>();

    private static final class Deadline {
        private long atNanos;
        private long timerNanos;
        private Timers.@Nullable Timer timer;
    }

    /**
     * @param expired takes the id of a member whose deadline has passed; it has none after
     */
    MemberTimers(Clock clock, Timers timers, Consumer<String> expired) {
        this.clock = clock;
        this.timers = timers;
        this.expired = expired;
    }

    /** The deadline is {@code delayMs} from now, whatever it was. */
    void set(String memberId, long delayMs) {
        Deadline deadline = deadlines.computeIfAbsent(memberId, id -> new Deadline());
        long atNanos = clock.nanos() + delayMs * NANOS_PER_MS;
        boolean sooner = deadline.timer != null && atNanos < deadline.atNanos;
        deadline.atNanos = atNanos;
        if (sooner) {
            cancel(deadline);
        }
        if (deadline.timer == null) {
            schedule(memberId, deadline);
        }
    }

    /** How many members have a deadline. */
    int size() {
        return deadlines.size();
    }

    boolean isSet(String memberId) {
        return deadlines.containsKey(memberId);
    }

    private void schedule(String memberId, Deadline deadline) {
        deadline.timerNanos = deadline.atNanos;
        long leftMs = Math.ceilDiv(deadline.atNanos - clock.nanos(), NANOS_PER_MS);
        deadline.timer = timers.schedule(Math.max(0, leftMs), () -> check(memberId, deadline));
    }

    private void check(String memberId, Deadline deadline) {
        deadline.timer = null;
        if (deadlines.get(memberId) != deadline) {
            return;
        }
        long lateNanos = clock.nanos() - deadline.timerNanos;
        if (lateNanos > OWN_PAUSE_NANOS) {
            deadline.atNanos += lateNanos;
        }
        if (deadline.atNanos - clock.nanos() > 0) {
            schedule(memberId, deadline);
            return;
        }
        deadlines.remove(memberId);
        expired.accept(memberId);
    }

    /** The member has no deadline. */
    void clear(String memberId) {
        Deadline deadline = deadlines.remove(memberId);
        if (deadline != null) {
            cancel(deadline);
        }
    }

    void clearAll() {
        deadlines.values().forEach(MemberTimers::cancel);
        deadlines.clear();
    }

    private static void cancel(Deadline deadline) {
        if (deadline.timer != null) {
            deadline.timer.cancel();
            deadline.timer = null;
        }
    }
}
