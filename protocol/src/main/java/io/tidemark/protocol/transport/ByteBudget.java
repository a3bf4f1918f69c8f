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
 * not. Of each share an eighth is kept for what is small, so that it never waits for what is large.
 *
 * <p>Frames take memory piece by piece, so that all could hold a part and none get the rest.
 * Therefore one frame of each kind at a time may exceed every share until it is whole: it never
 * waits, what is whole is worked on and given back, and then it is the next one's turn. Addresses
 * take turns, and within one who has waited longest. It begins only where its shares are not
 * exceeded already, so no more is held than the limit, one large frame and one small one.
 *
 * <p>Any thread, but for what belongs to an account's own.
 */
public final class ByteBudget {
    /** What may use the part that is kept back. */
    public static final int SMALL_BYTES = 1 << 17;

    private static final int CONNECTION_PART = 4;
    private static final int ADDRESS_PART = 2;
    private static final int KEPT_PART = 8;

    private final Pool all;
    private final Map<Object, Pool> addresses = new ConcurrentHashMap<>();
    private final Lane small = new Lane(Kind.SMALL);
    private final Lane large = new Lane(Kind.LARGE);

    /** Turns so far; guarded by this. */
    private long turns;

    /** What bytes are held for. */
    public enum Kind {
        SMALL,
        LARGE;

        /** That of a frame, or of anything else of a length. */
        public static Kind of(long bytes) {
            return bytes <= SMALL_BYTES ? SMALL : LARGE;
        }
    }

    private record Waiter(long bytes, Runnable granted) {}

    public ByteBudget(long limitBytes) {
        all = new Pool(limitBytes);
    }

    public long limitBytes() {
        return all.limit;
    }

    /** Bytes held at this moment. */
    public long usedBytes() {
        return all.small.get() + all.large.get();
    }

    /** Whether somebody waits for memory of this kind. */
    public boolean isShort(Kind kind) {
        return lane(kind).waiting;
    }

    private Lane lane(Kind kind) {
        return kind == Kind.SMALL ? small : large;
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
        if (!small.waiting && !large.waiting) {
            return;
        }
        List<Runnable> granted = new ArrayList<>();
        synchronized (this) {
            small.serve(granted);
            large.serve(granted);
        }
        granted.forEach(Runnable::run);
    }

    /** Those who wait for memory of one kind; all but what is volatile is guarded by the budget. */
    private final class Lane {
        final Kind kind;

        /** In the order they came. */
        final Map<Account, Waiter> waiters = new LinkedHashMap<>();

        /** Whose frame may exceed every share; written under the lock. */
        volatile @Nullable Account finisher;

        volatile boolean waiting;

        Lane(Kind kind) {
            this.kind = kind;
        }

        void serve(List<Runnable> granted) {
            Iterator<Map.Entry<Account, Waiter>> each = waiters.entrySet().iterator();
            while (each.hasNext()) {
                Map.Entry<Account, Waiter> next = each.next();
                if (next.getKey().take(kind, next.getValue().bytes)) {
                    each.remove();
                    granted.add(next.getValue().granted);
                }
            }
            Account next = finisher == null ? next() : null;
            Waiter waiter = next == null ? null : waiters.remove(next);
            if (next != null && waiter != null) {
                finish(next, waiter.bytes);
                granted.add(waiter.granted);
            }
            waiting = !waiters.isEmpty();
        }

        /** Whose turn it is: of the addresses' that has not had one for longest. */
        private @Nullable Account next() {
            Account next = null;
            for (Account account : waiters.keySet()) {
                if ((next == null || account.address.turn < next.address.turn)
                        && !account.isExceeded(kind)) {
                    next = account;
                }
            }
            return next;
        }

        /** Takes it at once, or as the one that may exceed every share. */
        boolean admit(Account account, long bytes) {
            if (finisher == account) {
                account.add(kind, bytes);
                return true;
            }
            if (account.take(kind, bytes)) {
                return true;
            }
            if (finisher != null || account.isExceeded(kind)) {
                return false;
            }
            finish(account, bytes);
            return true;
        }

        private void finish(Account account, long bytes) {
            finisher = account;
            account.address.turn = ++turns;
            account.add(kind, bytes);
        }

        void leave(Account account) {
            waiters.remove(account);
            waiting = !waiters.isEmpty();
        }
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
         * @param kind that of the whole frame
         * @param granted runs, on the thread of whoever gave bytes back, when they were taken later
         * @return whether they were taken now
         */
        public boolean reserve(Kind kind, long bytes, Runnable granted) {
            Lane lane = lane(kind);
            if (!lane.waiting && take(kind, bytes)) {
                return true;
            }
            synchronized (ByteBudget.this) {
                // First seen to wait, then looked again: who gives back looks in the other order.
                lane.waiting = true;
                boolean taken = lane.admit(this, bytes);
                if (!taken) {
                    lane.waiters.put(this, new Waiter(bytes, granted));
                }
                lane.waiting = !lane.waiters.isEmpty();
                return taken;
            }
        }

        /** Takes {@code bytes} now, or not at all. */
        public boolean take(Kind kind, long bytes) {
            if (!connection.take(kind, bytes)) {
                return false;
            }
            if (address.take(kind, bytes)) {
                if (all.take(kind, bytes)) {
                    return true;
                }
                address.add(kind, -bytes);
            }
            connection.add(kind, -bytes);
            return false;
        }

        private void add(Kind kind, long bytes) {
            connection.add(kind, bytes);
            address.add(kind, bytes);
            all.add(kind, bytes);
        }

        private boolean isExceeded(Kind kind) {
            return connection.isExceeded(kind) || address.isExceeded(kind) || all.isExceeded(kind);
        }

        /** Gives bytes back. Any thread. */
        public void release(Kind kind, long bytes) {
            if (bytes == 0) {
                return;
            }
            add(kind, -bytes);
            if (closed) {
                forget();
            }
            serve();
        }

        /** The frame for which bytes were reserved is whole, or given up. */
        public void frameEnded() {
            if (small.finisher == this || large.finisher == this) {
                synchronized (ByteBudget.this) {
                    if (small.finisher == this) {
                        small.finisher = null;
                    }
                    if (large.finisher == this) {
                        large.finisher = null;
                    }
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
                small.leave(this);
                large.leave(this);
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
                    key, (same, pool) -> pool.accounts == 0 && pool.isEmpty() ? null : pool);
        }
    }

    /** A share. What is small has its part of it whatever is held of what is large. */
    private static final class Pool {
        final long limit;
        final AtomicLong small = new AtomicLong();
        final AtomicLong large = new AtomicLong();

        /** Of an address: its connections; guarded by the map's lock on the key. */
        int accounts;

        /** Of an address: when it last was its turn; guarded by the budget. */
        long turn;

        Pool(long limit) {
            this.limit = limit;
        }

        boolean take(Kind kind, long bytes) {
            AtomicLong used = used(kind);
            while (true) {
                long now = used.get();
                if (!fits(kind, now + bytes)) {
                    return false;
                }
                if (used.compareAndSet(now, now + bytes)) {
                    return true;
                }
            }
        }

        void add(Kind kind, long bytes) {
            used(kind).addAndGet(bytes);
        }

        boolean isExceeded(Kind kind) {
            return !fits(kind, used(kind).get());
        }

        boolean isEmpty() {
            return small.get() == 0 && large.get() == 0;
        }

        private boolean fits(Kind kind, long used) {
            long kept = limit / KEPT_PART;
            return switch (kind) {
                case SMALL -> used <= kept || used + large.get() <= limit;
                case LARGE -> used <= limit - kept && used + small.get() <= limit;
            };
        }

        private AtomicLong used(Kind kind) {
            return kind == Kind.SMALL ? small : large;
        }
    }
}
