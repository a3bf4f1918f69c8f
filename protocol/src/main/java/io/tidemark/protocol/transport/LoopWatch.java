package io.tidemark.protocol.transport;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.tidemark.environment.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether event loops turn: each look gives every loop a task where the one before has run. Any
 * thread; never blocks.
 */
public final class LoopWatch {
    private final Clock clock;
    private final long stuckNanos;
    private final List<Watched> loops = new ArrayList<>();

    /**
     * @param stuckAfter how long a task may wait before its loop counts as stuck
     */
    public LoopWatch(EventLoopGroup group, Clock clock, Duration stuckAfter) {
        this.clock = clock;
        this.stuckNanos = stuckAfter.toNanos();
        for (EventExecutor loop : group) {
            loops.add(new Watched(loop));
        }
    }

    /** How many loops are stuck now, as far as looks before this one can tell. */
    public int stuck() {
        int stuck = 0;
        for (Watched loop : loops) {
            stuck += loop.isStuck() ? 1 : 0;
        }
        return stuck;
    }

    private final class Watched {
        private final EventExecutor loop;
        private boolean waiting; // guarded by this
        private long sinceNanos; // guarded by this

        Watched(EventExecutor loop) {
            this.loop = loop;
        }

        synchronized boolean isStuck() {
            long now = clock.nanos();
            if (waiting) {
                return now - sinceNanos > stuckNanos;
            }
            if (!loop.isShuttingDown()) {
                waiting = true;
                sinceNanos = now;
                loop.execute(this::ran);
            }
            return false;
        }

        private synchronized void ran() {
            waiting = false;
        }
    }
}
