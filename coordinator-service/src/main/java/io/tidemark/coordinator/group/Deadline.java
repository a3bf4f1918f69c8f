package io.tidemark.coordinator.group;

import io.tidemark.environment.Clock;
import io.tidemark.environment.Timers;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Notices that something has not happened in time, such as a sign of life. To put it off moves a
 * deadline, not a timer: the timer looks at the deadline when it goes off. Where this process was
 * held up itself, the deadline moves by as much. For the groups' thread.
 */
public final class Deadline {
    /** A timer that is later than this was held up by this process, which heard nobody either. */
    private static final long OWN_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Clock clock;
    private final Timers timers;
    private final Runnable passed;
    private long dueNanos;
    private long timerNanos;
    private Timers.@Nullable Timer timer;

    /**
     * @param passed runs each time that the deadline passes without having been put off
     */
    public Deadline(Clock clock, Timers timers, Runnable passed) {
        this.clock = clock;
        this.timers = timers;
        this.passed = passed;
    }

    /** The deadline is {@code delayMs} from now, whatever it was. */
    public void set(long delayMs) {
        dueNanos = clock.nanos() + TimeUnit.MILLISECONDS.toNanos(delayMs);
        if (timer == null || timerNanos - dueNanos > 0) {
            arm();
        }
    }

    public void end() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void arm() {
        end();
        timerNanos = dueNanos;
        long delayNanos = Math.max(0, dueNanos - clock.nanos());
        timer = timers.schedule(Math.ceilDiv(delayNanos, 1_000_000), this::look);
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
            passed.run();
        }
    }
}
