package io.tidemark.gateway.runtime;

import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.context.SmartLifecycle;

/**
 * What a part of the gateway does when the gateway has started, and before the web server stops,
 * which waits for whatever still answers. Both run on the thread that starts and stops the context.
 */
public final class WhileServing implements SmartLifecycle {

    private final Runnable onStart;
    private final Stop onStop;
    private final AtomicBoolean running = new AtomicBoolean();

    /** An end in order. */
    @FunctionalInterface
    public interface Stop {

        /**
         * Returns when the part has ended, or when it has been waited for long enough.
         *
         * @throws InterruptedException if nobody wants to wait any more
         */
        void run() throws InterruptedException;
    }

    public WhileServing(Runnable onStart, Stop onStop) {
        this.onStart = onStart;
        this.onStop = onStop;
    }

    /** Only ends in order. */
    public static WhileServing endedBy(Stop onStop) {
        return new WhileServing(() -> {}, onStop);
    }

    @Override
    public void start() {
        running.set(true);
        onStart.run();
    }

    @Override
    public void stop() {
        running.set(false);
        try {
            onStop.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running.get();
    }

    @Override
    public int getPhase() {
        return SmartLifecycle.DEFAULT_PHASE;
    }
}
