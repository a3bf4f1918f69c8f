package io.tidemark.partition.serving;

import java.io.IOException;

/**
 * The way into a partition for what comes later: timers, answers, batches that are ready. Whatever
 * the step comes to is carried out behind it, as for everything that comes in.
 */
@FunctionalInterface
interface Entrance {

    /** On the partition's loop. A disk that refuses takes its directory offline. */
    void enter(Step step);

    /** What is done within. */
    @FunctionalInterface
    interface Step {
        void run() throws IOException;
    }
}
