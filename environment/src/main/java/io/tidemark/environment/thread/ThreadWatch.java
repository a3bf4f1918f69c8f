package io.tidemark.environment.thread;

import io.tidemark.environment.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether every thread that owns something still does its work, which is what liveness asks.
 * Someone is silent where it has given no sign of life for the limit: who is slow but answers is
 * alive. Time in which this process was not scheduled itself, or suspended, counts for nobody: only
 * a look a second says that there was time to answer. Safe for any thread.
 */
public final class ThreadWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ThreadWatch.class);
    private static final long LOOK_MS = 1_000;
    private static final long LONGEST_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2 * LOOK_MS);

    private final Clock clock;
    private final long limitNanos;
    private final List<Watched> all = new ArrayList<>(); // guarded by this
    private long lookedNanos; // guarded by this
    private @Nullable ScheduledThreadPoolExecutor looking; // guarded by this
    private boolean closed; // guarded by this

    private static final class Watched {
        private final String name;
        private final Pulse pulse;
        private long silentNanos;
        private boolean told;

        Watched(String name, Pulse pulse) {
            this.name = name;
            this.pulse = pulse;
        }
    }

    /**
     * @param limit silence after which someone counts as hung or dead
     */
    public ThreadWatch(Clock clock, Duration limit) {
        this.clock = clock;
        this.limitNanos = limit.toNanos();
        this.lookedNanos = clock.nanos();
    }

    /** Looks each second from now on. */
    public synchronized void start(OwnedThreads threads) {
        ScheduledThreadPoolExecutor timer = threads.timer("tidemark-watch");
        timer.scheduleWithFixedDelay(this::look, LOOK_MS, LOOK_MS, TimeUnit.MILLISECONDS);
        looking = timer;
    }

    /** Watches over one more. */
    public synchronized void add(String name, Pulse pulse) {
        all.add(new Watched(name, pulse));
    }

    /** Who is silent, and for how long: milliseconds by name. Looks itself, too. */
    public synchronized Map<String, Long> silent() {
        look();
        Map<String, Long> silent = new TreeMap<>();
        for (Watched each : all) {
            if (each.silentNanos > limitNanos) {
                silent.put(each.name, TimeUnit.NANOSECONDS.toMillis(each.silentNanos));
            }
        }
        return silent;
    }

    /** How many are watched over. */
    public synchronized int size() {
        return all.size();
    }

    private synchronized void look() {
        long now = clock.nanos();
        long passed = Math.min(now - lookedNanos, LONGEST_LOOK_NANOS);
        lookedNanos = now;
        for (Watched each : closed ? List.<Watched>of() : all) {
            if (each.pulse.beats()) {
                if (each.told) {
                    log.warn("Thread {} answers again", each.name);
                }
                each.silentNanos = 0;
                each.told = false;
            } else {
                each.silentNanos += passed;
                if (each.silentNanos > limitNanos && !each.told) {
                    each.told = true;
                    tell(each);
                }
            }
        }
    }

    private static void tell(Watched silent) {
        Optional<Thread> thread = silent.pulse.thread();
        log.error(
                "Thread {} has given no sign of life for {} s: {}",
                silent.name,
                TimeUnit.NANOSECONDS.toSeconds(silent.silentNanos),
                thread.map(ThreadWatch::whereabouts).orElse("it is not known where it hangs"));
    }

    private static String whereabouts(Thread thread) {
        StringBuilder text = new StringBuilder(thread.getState().toString());
        for (StackTraceElement frame : thread.getStackTrace()) {
            text.append("\n\tat ").append(frame);
        }
        return text.toString();
    }

    /** Nobody is silent any more: what is watched over may end. */
    @Override
    public synchronized void close() {
        closed = true;
        all.clear();
        if (looking != null) {
            looking.shutdown();
        }
    }
}
