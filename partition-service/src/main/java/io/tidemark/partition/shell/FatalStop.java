package io.tidemark.partition.shell;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the process, with exit code 3, when the service cannot go on. Any thread. */
final class FatalStop implements Consumer<String> {
    private static final Logger log = LoggerFactory.getLogger(FatalStop.class);
    private static final int EXIT_CODE = 3;

    private final AtomicBoolean stopping = new AtomicBoolean();

    @Override
    public void accept(String reason) {
        if (stopping.compareAndSet(false, true)) {
            log.error("The process stops: {}", reason);
            // On a thread of its own: shutdown hooks wait for the threads that may have called.
            Thread.ofPlatform().name("tidemark-stop").start(() -> System.exit(EXIT_CODE));
        }
    }
}
