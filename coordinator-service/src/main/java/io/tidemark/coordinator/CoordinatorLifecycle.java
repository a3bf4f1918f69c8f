package io.tidemark.coordinator;

import io.tidemark.coordinator.runtime.Coordinator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the coordinator beside the rest of the application, which needs it only once it runs: a
 * failure ends the start of the application. It stops after everything else, as its bean is closed.
 */
final class CoordinatorLifecycle implements SmartLifecycle {
    private final CompletableFuture<Void> started = new CompletableFuture<>();
    private volatile boolean running;

    CoordinatorLifecycle(Coordinator coordinator) {
        Thread.ofPlatform()
                .daemon()
                .name("coordinator-start")
                .start(
                        () -> {
                            try {
                                coordinator.start();
                                started.complete(null);
                            } catch (IOException | RuntimeException | Error e) {
                                started.completeExceptionally(e); // or the start waits for ever
                            }
                        });
    }

    @Override
    public void start() {
        try {
            started.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof IOException io ? new UncheckedIOException(io) : e;
        }
        running = true;
    }

    @Override
    public void stop() {
        running = false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before all that talk to the coordinator, and after them when stopping. */
    @Override
    public int getPhase() {
        return Integer.MIN_VALUE;
    }
}
