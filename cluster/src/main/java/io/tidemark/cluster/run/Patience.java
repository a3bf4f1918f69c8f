package io.tidemark.cluster.run;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How long processes are waited for: as long as they get on, since a busy machine is slow and not
 * broken, and never beyond a limit. Used by one thread.
 */
public final class Patience {
    /** Where nothing else is said. */
    public static final Duration LIMIT = Duration.ofMinutes(15);

    /** Without a log line, work on a CPU or an answer for this long, nothing will come any more. */
    static final Duration STANDSTILL = Duration.ofMinutes(3);

    private final Duration limit;
    private final long beganNanos;
    private long movedNanos;
    private @Nullable Object lastSeen;

    /**
     * @param limit at most, whatever happens
     * @param nowNanos of a clock that never goes back
     */
    public Patience(Duration limit, long nowNanos) {
        this.limit = limit;
        this.beganNanos = nowNanos;
        this.movedNanos = nowNanos;
    }

    /** Since the beginning. */
    public Duration elapsed(long nowNanos) {
        return Duration.ofNanos(nowNanos - beganNanos);
    }

    /**
     * @param seen anything that differs from what was seen before where something has moved
     * @return why it is time to give up; empty as long as it is not
     */
    public Optional<String> exhausted(Object seen, long nowNanos) {
        if (!seen.equals(lastSeen)) {
            lastSeen = seen;
            movedNanos = nowNanos;
        }
        if (elapsed(nowNanos).compareTo(limit) > 0) {
            return Optional.of(
                    "that is longer than the %d s of --timeout".formatted(limit.toSeconds()));
        }
        return Duration.ofNanos(nowNanos - movedNanos).compareTo(STANDSTILL) > 0
                ? Optional.of(
                        "for %d s nothing has moved: no line in a log, no work on a CPU"
                                .formatted(STANDSTILL.toSeconds()))
                : Optional.empty();
    }
}
