package io.tidemark.cluster.run;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * While it is open, Ctrl-C and SIGTERM interrupt the thread that opened it, and this process ends
 * once that thread has cleaned up, said what it left, and closed this.
 */
public final class CleanExit implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 180;

    private final Thread worker = Thread.currentThread();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = new Thread(this::interrupt, "clean-exit");

    private CleanExit() {}

    /** From now on. */
    public static CleanExit open() {
        CleanExit exit = new CleanExit();
        Runtime.getRuntime().addShutdownHook(exit.hook);
        return exit;
    }

    private void interrupt() {
        worker.interrupt();
        try {
            closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // It runs, and has been told.
        }
    }
}
