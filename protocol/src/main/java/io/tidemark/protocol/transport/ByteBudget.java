package io.tidemark.protocol.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that all connections together may hold, with a share for each address and for each
 * connection. Whoever finds them used up waits; those whose wish fits go ahead of those whose does
 * not.
 *
 * <p>Frames take memory piece by piece, so that all could hold a part and none get the rest.
 * Therefore one frame at a time, that of who has waited longest, may exceed every share until it is
 * whole: it never waits, what is whole is worked on and given back, and then it is the next one's
 * turn. It begins only where its shares are not exceeded already, so no more is held than the limit
 * and one frame.
 *
 * <p>Any thread, but for what belongs to an account's own.
 */
public final class ByteBudget {
    private static final int CONNECTION_PART = 4;
    private static final int ADDRESS_PART = 2;

    private final Pool all;
    private final Map<Object, Pool> addresses = new ConcurrentHashMap<>();

    /** In the order they came; guarded by this. */
    private final Map<Account, Waiter> waiters = new LinkedHashMap<>();

    /** Whose frame may exceed every share; written under the lock. */
    private volatile @Nullable Account finisher;

    private volatile boolean waiting;

    private record Waiter(long bytes, Runnable granted) {}

    public ByteBudget(long limitBytes) {
        all = new Pool(limitBytes);
    }

    public long limitBytes() {
        return all.limit;
    }

    /** Bytes held at this moment. */
    public long usedBytes() {
        return all.used.get();
    }

    /** Whether somebody waits. */
    public boolean isShort() {
        return waiting;
    }

    /**
     * An account for a connection.
     *
     * @param remote its other end
     */
    public Account open(@Nullable SocketAddress remote) {
        Object key = remote instanceof InetSocketAddress inet ? addressOf(inet) : "elsewhere";
        Pool address =
                addresses.compute(
                        key,
                        (same, known) -> {
                            Pool pool = known == null ? new Pool(share(ADDRESS_PART)) : known;
                            pool.accounts++;
                            return pool;
                        });
        return new Account(key, address);
    }

    private static Object addressOf(InetSocketAddress inet) {
        InetAddress address = inet.getAddress();
        return address == null ? inet.getHostString() : address;
    }

    private long share(int part) {
        return Math.max(1, all.limit / part);
    }

    /** Gives bytes to whoever waits and may have them now. */
    private void serve() {
        if (!waiting) {
            return;
        }
        List<Runnable> granted = new ArrayList<>();
        synchronized (this) {
            Iterator<Map.Entry<Account, Waiter>> each = waiters.entrySet().iterator();
            while (each.hasNext()) {
                Map.Entry<Account, Waiter> next = each.next();
                if (next.getKey().admit(next.getValue().bytes)) {
                    each.remove();
                    granted.add(next.getValue().granted);
                }
            }
            waiting = !waiters.isEmpty();
        }
        granted.forEach(Runnable::run);
    }

    /** What a connection holds. */
    public final class Account {
        private final Object key;
        private final Pool address;
        private final Pool connection = new Pool(share(CONNECTION_PART));
        private volatile boolean closed;

        private Account(Object key, Pool address) {
            this.key = key;
            this.address = address;
        }

        /**
         * Takes {@code bytes} for a frame, now or later. One wish at a time.
         *
         * @param granted runs, on the thread of whoever gave bytes back, when they were taken later
         * @return whether they were taken now
         */
        public boolean reserve(long bytes, Runnable granted) {
            if (!waiting && take(bytes)) {
                return true;
            }
            synchronized (ByteBudget.this) {
                // First seen to wait, then looked again: who gives back looks in the other order.
                waiting = true;
                boolean taken = admit(bytes);
                if (!taken) {
                    waiters.put(this, new Waiter(bytes, granted));
                }
                waiting = !waiters.isEmpty();
                return taken;
            }
        }

        /** Takes {@code bytes} now, or not at all. */
        public boolean take(long bytes) {
            if (!connection.take(bytes)) {
                return false;
            }
            if (address.take(bytes)) {
                if (all.take(bytes)) {
                    return true;
                }
                address.used.addAndGet(-bytes);
            }
            connection.used.addAndGet(-bytes);
            return false;
        }

        /** Under the lock. */
        private boolean admit(long bytes) {
            if (finisher != this && take(bytes)) {
                return true;
            }
            if (finisher == null && !isExceeded()) {
                finisher = this;
            }
            if (finisher != this) {
                return false;
            }
            connection.used.addAndGet(bytes);
            address.used.addAndGet(bytes);
            all.used.addAndGet(bytes);
            return true;
        }

        private boolean isExceeded() {
            return connection.isExceeded() || address.isExceeded() || all.isExceeded();
        }

        /** Gives bytes back. Any thread. */
        public void release(long bytes) {
            connection.used.addAndGet(-bytes);
            address.used.addAndGet(-bytes);
            all.used.addAndGet(-bytes);
            if (closed) {
                forget();
            }
            serve();
        }

        /** The frame for which bytes were reserved is whole, or given up. */
        public void frameEnded() {
            if (finisher == this) {
                synchronized (ByteBudget.this) {
                    finisher = null;
                }
                serve();
            }
        }

        /** Waits no more. What is held has yet to be given back. */
        public void close() {
            if (closed) {
                return;
            }
            synchronized (ByteBudget.this) {
                waiters.remove(this);
                waiting = !waiters.isEmpty();
            }
            addresses.computeIfPresent(
                    key,
                    (same, pool) -> {
                        pool.accounts--;
                        return pool;
                    });
            closed = true;
            forget();
            frameEnded();
        }

        private void forget() {
            addresses.computeIfPresent(
                    key, (same, pool) -> pool.accounts == 0 && pool.used.get() == 0 ? null : pool);
        }
    }

    private static final class Pool {
        final long limit;
        final AtomicLong used = new AtomicLong();

        /** Of an address: its connections; guarded by the map's lock on the key. */
        int accounts;

        Pool(long limit) {
            this.limit = limit;
        }

        boolean take(long bytes) {
            while (true) {
                long now = used.get();
                if (now + bytes > limit) {
                    return false;
                }
                if (used.compareAndSet(now, now + bytes)) {
                    return true;
                }
            }
        }

        boolean isExceeded() {
            return used.get() > limit;
        }
    }
}
