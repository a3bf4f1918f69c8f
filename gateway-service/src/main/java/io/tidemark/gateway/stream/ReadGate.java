package io.tidemark.gateway.stream;

import java.util.ArrayDeque;
import java.util.Queue;

/** Lets so many reads of followers that catch up run at once; the others wait their turn. */
public final class ReadGate {

    private final Queue<Runnable> queue = new ArrayDeque<>();
    private int free;

    public ReadGate(int concurrentReads) {
        this.free = concurrentReads;
    }

    /** Runs {@code read} now or later, on the thread of whoever makes room; it must not block. */
    public void enter(Runnable read) {
        synchronized (this) {
            if (free == 0) {
                queue.add(read);
                return;
            }
            free--;
        }
        read.run();
    }

    /** A read has ended. */
    public void leave() {
        Runnable next;
        synchronized (this) {
            next = queue.poll();
            if (next == null) {
                free++;
                return;
            }
        }
        next.run();
    }
}
