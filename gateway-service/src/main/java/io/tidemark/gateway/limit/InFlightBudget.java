package io.tidemark.gateway.limit;

import java.util.concurrent.atomic.AtomicLong;

/** Bytes of request bodies and records held over all connections. Safe for any thread. */
public final class InFlightBudget {

    private final long capacityBytes;
    private final AtomicLong usedBytes = new AtomicLong();

    public InFlightBudget(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    /**
     * Takes {@code bytes} where they are left. Whoever took them gives them back by {@link
     * #release}.
     */
    public boolean tryReserve(long bytes) {
        if (usedBytes.addAndGet(bytes) <= capacityBytes) {
            return true;
        }
        usedBytes.addAndGet(-bytes);
        return false;
    }

    /** Takes bytes that are held already, left or not; so others wait the longer. */
    public void reserve(long bytes) {
        usedBytes.addAndGet(bytes);
    }

    /**
     * Gives back what was taken.
     *
     * @throws IllegalStateException where it was not; then nothing has changed
     */
    public void release(long bytes) {
        if (usedBytes.addAndGet(-bytes) < 0) {
            usedBytes.addAndGet(bytes);
            throw new IllegalStateException("more bytes released than were reserved");
        }
    }

    /** Whether so much is used that what cannot go on must leave the rest to what can. */
    public boolean halfUsed() {
        return usedBytes.get() > capacityBytes / 2;
    }

    public long usedBytes() {
        return usedBytes.get();
    }

    public long capacityBytes() {
        return capacityBytes;
    }
}
