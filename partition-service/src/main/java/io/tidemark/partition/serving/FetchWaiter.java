package io.tidemark.partition.serving;

/** Waits for more to read. Called on the partition's event loop. */
@FunctionalInterface
public interface FetchWaiter {

    /** Anything but more bytes has changed: look again. */
    long LOOK_AGAIN = Long.MAX_VALUE;

    /**
     * @param bytes about so many more can be read since the last call; {@link #LOOK_AGAIN}
     */
    void moved(long bytes);

    /** A place in a partition's waiting list. */
    interface Watch {
        /** Leaves the list. On the partition's event loop; later calls do nothing. */
        void cancel();
    }
}
