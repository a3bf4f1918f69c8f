package io.tidemark.gateway.group.consumer;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The reads of an instance, one at a time. Belongs to the instance's loop. */
final class ReadQueue {

    private final Runnable beforeNext;
    private final ArrayDeque<ConsumerRead> toCome = new ArrayDeque<>();
    private @Nullable ConsumerRead current;

    /**
     * @param beforeNext run before a read that has waited for another begins
     */
    ReadQueue(Runnable beforeNext) {
        this.beforeNext = beforeNext;
    }

    boolean isIdle() {
        return current == null;
    }

    /** Reads, after the read before has ended; one that only waits is ended with nothing. */
    void add(ConsumerRead read) {
        if (current != null && current.isWaiting()) {
            current.supersede();
        }
        if (current == null) {
            current = read;
            read.begin();
        } else {
            toCome.add(read);
        }
    }

    void ended(ConsumerRead read) {
        toCome.remove(read);
        if (current == read) {
            current = toCome.poll();
            if (current != null) {
                beforeNext.run();
                current.begin();
            }
        }
    }

    /** There may be more to read, or elsewhere. */
    void wake() {
        if (current != null) {
            current.wake();
        }
    }

    /** Ends the read that is under way with what it has. */
    void supersede() {
        if (current != null) {
            current.supersede();
        }
    }
}
