package io.tidemark.partition.runtime;

import io.tidemark.partition.log.BatchWork;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.Recompression;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does with batches for the partitions of one loop what takes long, on workers: compresses them as
 * {@code compression.type} says, and checks those that inflate to much. It takes milliseconds for
 * each, which others on the loop must not wait for. What waits on all loops is bounded in bytes.
 * Belongs to the loop.
 */
final class BatchPacker {
    private static final Logger log = LoggerFactory.getLogger(BatchPacker.class);

    private final PartitionLoop loop;
    private final Executor workers;
    private final Room room;

    /**
     * @param room shared by all loops
     */
    BatchPacker(PartitionLoop loop, Executor workers, Room room) {
        this.loop = loop;
        this.workers = workers;
        this.room = room;
    }

    /** For the bytes of batches that wait. Any thread. */
    static final class Room {
        private static final int HEAP_PART = 16;

        /** A batch's place in the queue, and in the answer that it waits for. */
        private static final int OVERHEAD_BYTES = 512;

        private static final long MAX_BYTES = 64L << 20;

        private final long limit =
                Math.min(MAX_BYTES, Runtime.getRuntime().maxMemory() / HEAP_PART);
        private final AtomicLong used = new AtomicLong();

        private boolean take(long bytes) {
            boolean fits = used.addAndGet(bytes + OVERHEAD_BYTES) <= limit;
            if (!fits) {
                give(bytes);
            }
            return fits;
        }

        private void give(long bytes) {
            used.addAndGet(-bytes - OVERHEAD_BYTES);
        }
    }

    /** What is done with batches when it is their turn. On the loop. */
    @FunctionalInterface
    interface Then {
        void append(ByteBuffer records, boolean allReplicas, long deadlineNanos, AppendReply reply);
    }

    /** How a batch is refused. On the loop. */
    @FunctionalInterface
    interface Refusal {
        void tell(AppendReply reply, ErrorCode error, String message);
    }

    /** One partition's batches, in the order in which they came. */
    final class Lane {
        private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
        private final Then then;
        private final Refusal refusal;
        private final IntSupplier maxMessageBytes;

        /**
         * @param maxMessageBytes asked on the loop
         */
        Lane(Then then, Refusal refusal, IntSupplier maxMessageBytes) {
            this.then = then;
            this.refusal = refusal;
            this.maxMessageBytes = maxMessageBytes;
        }

        /** Whether nothing is before what comes now. */
        boolean isIdle() {
            return waiting.isEmpty();
        }

        /**
         * Takes its place behind those that came before.
         *
         * @param records copied
         * @param target empty for what stays as it is
         */
        void add(
                ByteBuffer records,
                Optional<Recompression.Target> target,
                boolean allReplicas,
                long deadlineNanos,
                AppendReply reply) {
            int bytes = records.remaining();
            if (!room.take(bytes)) {
                refusal.tell(
                        reply,
                        ErrorCode.REQUEST_TIMED_OUT,
                        "Too many batches wait to be inflated; send them again");
                return;
            }
            ByteBuffer copy = ByteBuffer.allocate(bytes).put(records.duplicate()).flip();
            waiting.add(new Waiting(copy, target, allReplicas, deadlineNanos, reply));
            if (waiting.size() == 1) {
                pack(waiting.getFirst());
            }
        }

        private void pack(Waiting next) {
            int most = maxMessageBytes.getAsInt();
            try {
                workers.execute(() -> packNow(next, most));
            } catch (RejectedExecutionException e) {
                log.debug("The node is stopping", e);
            }
        }

        /** On a worker. */
        @SuppressWarnings("CatchingUnchecked") // codecs throw whatever they like
        private void packNow(Waiting next, int maxPackedBytes) {
            try {
                BatchWork.Outcome outcome = BatchWork.on(next.records, next.target, maxPackedBytes);
                loop.execute(() -> done(next, outcome));
            } catch (RuntimeException e) {
                log.error("A batch cannot be inflated, or compressed as {}", next.target, e);
                loop.execute(() -> failed(next));
            }
        }

        private void done(Waiting next, BatchWork.Outcome outcome) {
            switch (outcome) {
                case BatchWork.Outcome.Ready(ByteBuffer records) ->
                        then.append(records, next.allReplicas, next.deadlineNanos, next.reply);
                case BatchWork.Outcome.Refused(ErrorCode error, String message) ->
                        refusal.tell(next.reply, error, message);
            }
            goOn(next);
        }

        private void failed(Waiting next) {
            refusal.tell(
                    next.reply,
                    ErrorCode.UNKNOWN_SERVER_ERROR,
                    "The batch cannot be inflated, or compressed as compression.type says");
            goOn(next);
        }

        private void goOn(Waiting done) {
            waiting.removeFirst();
            room.give(done.records.capacity());
            if (!waiting.isEmpty()) {
                pack(waiting.getFirst());
            }
        }
    }

    private record Waiting(
            ByteBuffer records,
            Optional<Recompression.Target> target,
            boolean allReplicas,
            long deadlineNanos,
            AppendReply reply) {}
}
