package io.tidemark.environment.thread;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the process, with exit code 3, when it cannot go on: cleanly where that succeeds within half
 * a minute. A restart is safe at any time. Any thread.
 */
public final class FatalStop implements Consumer<String> {
    private static final Logger log = LoggerFactory.getLogger(FatalStop.class);
    private static final int EXIT_CODE = 3;
    private static final long CLEANLY_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final AtomicBoolean stopping = new AtomicBoolean();

    @Override
    public void accept(String reason) {
        if (stopping.compareAndSet(false, true)) {
            log.error("The process stops: {}", reason);
            // On threads of their own: shutdown hooks wait for the threads that may have called,
            // and for ever for one that is no more.
            Thread.ofPlatform().name("tidemark-stop").start(() -> System.exit(EXIT_CODE));
            Thread.ofPlatform().daemon().name("tidemark-halt").start(FatalStop::halt);
        }
    }

    private static void halt() {
        long until = System.nanoTime() + CLEANLY_NANOS;
        while (until - System.nanoTime() > 0) {
            LockSupport.parkNanos(until - System.nanoTime());
        }
        Runtime.getRuntime().halt(EXIT_CODE);
    }
}
