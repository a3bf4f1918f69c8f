package io.tidemark.gateway.limit;

import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What HTTP readers may hold of large records, all together, and how much one batch may decompress
 * to: a record of 2 KB may well be 60 MB once it is read. Small records are bounded where they are
 * read, by the size of a read; only large ones are counted here. Safe for any thread; nothing
 * waits: whoever gets no lease tries again later.
 */
public final class ReadBudget {

    /** From here on a record is large. */
    public static final int LARGE_BYTES = 1 << 20;

    /** The smallest and the largest bound on a batch that is taken from the heap's size. */
    private static final long MIN_BATCH_BYTES = 1 << 20;

    private static final long MAX_BATCH_BYTES = 64 << 20;
    private static final int BATCHES_IN_HEAP = 64;

    /** A record is held as it is, and while it is written as text of up to twice its size. */
    private static final long COPIES = 3;

    private static final int BATCHES_AT_ONCE = 8;

    private final int maxBatchBytes;
    private final long capacityBytes;
    private final AtomicInteger turn = new AtomicInteger();
    private final AtomicLong usedBytes = new AtomicLong();
    private final ReferenceQueue<Lease> forgotten = new ReferenceQueue<>();
    private final Set<Held> held = ConcurrentHashMap.newKeySet();

    /**
     * @param maxBatchBytes what the records of one batch may decompress to
     * @param capacityBytes of all large records together; one at a time is held in any case
     */
    public ReadBudget(int maxBatchBytes, long capacityBytes) {
        this.maxBatchBytes = maxBatchBytes;
        this.capacityBytes = capacityBytes;
    }

    /**
     * A budget for a heap.
     *
     * @param maxBatchBytes 0 for a share of the heap
     */
    public static ReadBudget ofHeap(long maxBatchBytes, long heapBytes) {
        long batch =
                maxBatchBytes > 0
                        ? Math.min(maxBatchBytes, Integer.MAX_VALUE / 8)
                        : Math.clamp(heapBytes / BATCHES_IN_HEAP, MIN_BATCH_BYTES, MAX_BATCH_BYTES);
        return new ReadBudget((int) batch, batch * BATCHES_AT_ONCE);
    }

    /** Whom to begin with this time: whoever is last may find no room. */
    public int nextTurn(int readers) {
        return Math.floorMod(turn.getAndIncrement(), Math.max(1, readers));
    }

    /** What the records of one batch may decompress to. */
    public int maxBatchBytes() {
        return maxBatchBytes;
    }

    public long usedBytes() {
        return usedBytes.get();
    }

    /**
     * Takes room for a large record and for what it becomes; null where there is none now. Whoever
     * drops the record closes the lease. One that is forgotten comes back once it is collected.
     */
    public @Nullable Lease tryLease(long recordBytes) {
        reclaim();
        long wanted = recordBytes * COPIES;
        long used = usedBytes.getAndAdd(wanted);
        if (used > 0 && used + wanted > capacityBytes) {
            usedBytes.addAndGet(-wanted);
            return null;
        }
        return new Lease(this, wanted);
    }

    /**
     * Counts text that was made of records and waits for its socket.
     *
     * @return gives it back; run once
     */
    public Runnable holdText(long bytes) {
        usedBytes.addAndGet(bytes);
        return () -> usedBytes.addAndGet(-bytes);
    }

    private void reclaim() {
        for (var next = forgotten.poll(); next != null; next = forgotten.poll()) {
            ((Held) next).giveBack();
        }
    }

    /** A large record's room, until it is closed. */
    public static final class Lease implements AutoCloseable {
        private final Held room;

        private Lease(ReadBudget budget, long bytes) {
            this.room = new Held(budget, this, bytes);
            budget.held.add(room);
        }

        /** Gives the room back; a second time does nothing. */
        @Override
        public void close() {
            room.giveBack();
        }
    }

    private static final class Held extends PhantomReference<Lease> {
        private final ReadBudget budget;
        private final long bytes;
        private final AtomicBoolean back = new AtomicBoolean();

        Held(ReadBudget budget, Lease lease, long bytes) {
            super(lease, budget.forgotten);
            this.budget = budget;
            this.bytes = bytes;
        }

        void giveBack() {
            if (back.compareAndSet(false, true)) {
                budget.held.remove(this);
                budget.usedBytes.addAndGet(-bytes);
            }
        }
    }
}
