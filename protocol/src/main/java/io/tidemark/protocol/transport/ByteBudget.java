package io.tidemark.protocol.transport;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes that all connections together may hold. Whoever finds it used up waits its turn, first come
 * first served, and is never refused: one that asks for more than everything gets it when nobody
 * else holds any. Any thread.
 */
public final class ByteBudget {
    private final long limitBytes;
    private final AtomicLong used = new AtomicLong();
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    private volatile boolean waiting;

    private record Waiter(long bytes, Runnable granted) {}

    public ByteBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /**
     * Takes {@code bytes}, now or later.
     *
     * @param granted runs, on the thread of whoever gave bytes back, when they were taken later
     * @return whether they were taken now
     */
    public boolean reserve(long bytes, Runnable granted) {
        if (!waiting && take(bytes)) {
            return true;
        }
        synchronized (waiters) {
            waiting = true;
            if (waiters.isEmpty() && take(bytes)) {
                waiting = false;
                return true;
            }
            waiters.add(new Waiter(bytes, granted));
        }
        return false;
    }

    /** Gives bytes back. */
    public void release(long bytes) {
        used.addAndGet(-bytes);
        while (waiting) {
            Waiter next;
            synchronized (waiters) {
                next = waiters.peek();
                if (next == null || !take(next.bytes)) {
                    return;
                }
                waiters.remove();
                waiting = !waiters.isEmpty();
            }
            next.granted.run();
        }
    }

    /** Bytes held at this moment. */
    public long usedBytes() {
        return used.get();
    }

    private boolean take(long bytes) {
        while (true) {
            long now = used.get();
            if (now > 0 && now + bytes > limitBytes) {
                return false;
            }
            if (used.compareAndSet(now, now + bytes)) {
                return true;
            }
        }
    }
}
