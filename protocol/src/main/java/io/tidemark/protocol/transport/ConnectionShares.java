package io.tidemark.protocol.transport;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** How many connections a listener has, in all and of one address. Any thread. */
public final class ConnectionShares {
    private static final int PART = 4;
    private static final int LOOPBACK_PARTS = 3;

    private final int most;
    private final int mostOfOne;
    private final OpenFiles files;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<ClientAddress, Integer> byAddress = new ConcurrentHashMap<>();

    /** Why there is no place for a connection. */
    public enum Refusal {
        /** The listener has as many as it may. */
        LISTENER,
        /** Its address has as many as one may. */
        ADDRESS,
        /** What the process may still open is kept for others than connections. */
        FILES
    }

    /**
     * @param most connections
     * @param mostOfOne of one address; 0 for a quarter of all, and for three quarters from this
     *     machine itself
     * @param files where connections come from
     */
    public ConnectionShares(int most, int mostOfOne, OpenFiles files) {
        this.most = most;
        this.mostOfOne = mostOfOne;
        this.files = files;
    }

    /**
     * Counts a new connection.
     *
     * @return null where it has a place, which {@link #close} gives back; else why it has none
     */
    public @Nullable Refusal open(ClientAddress address) {
        if (open.incrementAndGet() > most) {
            open.decrementAndGet();
            return Refusal.LISTENER;
        }
        if (byAddress.merge(address, 1, Integer::sum) > mostOf(address)) {
            close(address);
            return Refusal.ADDRESS;
        }
        if (!files.take()) {
            close(address);
            return Refusal.FILES;
        }
        return null;
    }

    /** A connection of the address has ended. */
    public void close(ClientAddress address) {
        open.decrementAndGet();
        byAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }

    private int mostOf(ClientAddress address) {
        if (mostOfOne > 0) {
            return mostOfOne;
        }
        return (int) Math.max(1, (long) most * (address.loopback() ? LOOPBACK_PARTS : 1) / PART);
    }

    /** Connections that are open. */
    public int open() {
        return open.get();
    }
}
