package io.tidemark.coordinator.group.classic;

import io.tidemark.environment.Clock;
import io.tidemark.environment.Timers;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Notices that a member has fallen silent. A sign of life moves a deadline, not a timer: the timer
 * looks at the deadline when it goes off.
 */
final class Session {
    /** A timer that is later than this was held up by this process, which heard nobody either. */
    private static final long OWN_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Clock clock;
    private final Timers timers;
    private final Runnable expired;
    private long dueNanos;
    private long timerNanos;
    private Timers.@Nullable Timer timer;

    /**
     * @param expired runs each time that the deadline passes without a sign of life
     */
    Session(Clock clock, Timers timers, Runnable expired) {
        this.clock = clock;
        this.timers = timers;
        this.expired = expired;
    }

    /** A sign of life: from now on the member may be silent for {@code timeoutMs}. */
    void extend(int timeoutMs) {
        dueNanos = clock.nanos() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        if (timer == null || timerNanos - dueNanos > 0) {
            arm();
        }
    }

    void end() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void arm() {
        end();
        timerNanos = dueNanos;
        long delayNanos = Math.max(0, dueNanos - clock.nanos());
        timer = timers.schedule((delayNanos + 999_999) / 1_000_000, this::look);
    }

    private void look() {
        timer = null;
        long lateNanos = clock.nanos() - timerNanos;
        if (lateNanos > OWN_PAUSE_NANOS) {
            dueNanos += lateNanos;
        }
        if (clock.nanos() - dueNanos < 0) {
            arm();
        } else {
            expired.run();
        }
    }
}
