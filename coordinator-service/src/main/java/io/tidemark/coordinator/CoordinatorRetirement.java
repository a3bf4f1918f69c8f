package io.tidemark.coordinator;

import io.tidemark.coordinator.runtime.Coordinator;
import org.springframework.context.SmartLifecycle;

/**
 * Leaves the quorum before the HTTP server begins to stop. That waits for requests under way, and
 * streams of metadata never end by themselves: a leader that kept the others from electing would
 * refuse every heartbeat for as long.
 */
final class CoordinatorRetirement implements SmartLifecycle {
    private final Coordinator coordinator;
    private volatile boolean running;

    CoordinatorRetirement(Coordinator coordinator) {
        this.coordinator = coordinator;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        coordinator.close();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** After the HTTP server when starting, and before it when stopping. */
    @Override
    public int getPhase() {
        return Integer.MAX_VALUE;
    }
}
