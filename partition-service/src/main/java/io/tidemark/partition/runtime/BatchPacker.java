package io.tidemark.partition.runtime;

import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.Recompression;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compresses batches for the partitions of one loop as {@code compression.type} says, on workers:
 * it takes milliseconds for each, which others on the loop must not wait for. What waits is bounded
 * in bytes. Belongs to the loop.
 */
final class BatchPacker {
    private static final Logger log = LoggerFactory.getLogger(BatchPacker.class);

    /** So many may the records of one batch inflate to; as many as the check of it allows. */
    private static final int MAX_INFLATED_BYTES = 64 << 20;

    private static final long MAX_WAITING_BYTES = 64L << 20;

    private final PartitionLoop loop;
    private final Executor workers;
    private long waitingBytes;

    BatchPacker(PartitionLoop loop, Executor workers) {
        this.loop = loop;
        this.workers = workers;
    }

    /** What is done with batches when it is their turn. On the loop. */
    @FunctionalInterface
    interface Then {
        void append(ByteBuffer records, boolean allReplicas, long deadlineNanos, AppendReply reply);
    }

    /** One partition's batches, in the order in which they came. */
    final class Lane {
        private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
        private final Then then;

        Lane(Then then) {
            this.then = then;
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
            if (waitingBytes + bytes > MAX_WAITING_BYTES) {
                reply.refused(
                        ErrorCode.REQUEST_TIMED_OUT,
                        "Too many batches wait to be compressed as compression.type says");
                return;
            }
            waitingBytes += bytes;
            ByteBuffer copy = ByteBuffer.allocate(bytes).put(records.duplicate()).flip();
            waiting.add(new Waiting(copy, target, allReplicas, deadlineNanos, reply));
            if (waiting.size() == 1) {
                pack(waiting.getFirst());
            }
        }

        private void pack(Waiting next) {
            try {
                workers.execute(() -> packNow(next));
            } catch (RejectedExecutionException e) {
                log.debug("The node is stopping", e);
            }
        }

        /** On a worker. */
        @SuppressWarnings("CatchingUnchecked") // codecs throw whatever they like
        private void packNow(Waiting next) {
            try {
                ByteBuffer packed =
                        next.target
                                .map(
                                        target ->
                                                Recompression.apply(
                                                        next.records, target, MAX_INFLATED_BYTES))
                                .orElse(next.records);
                loop.execute(() -> packed(next, packed));
            } catch (RuntimeException e) {
                log.error("A batch cannot be compressed as {}", next.target, e);
                loop.execute(() -> failed(next));
            }
        }

        private void packed(Waiting next, ByteBuffer packed) {
            then.append(packed, next.allReplicas, next.deadlineNanos, next.reply);
            goOn(next);
        }

        private void failed(Waiting next) {
            next.reply.refused(
                    ErrorCode.UNKNOWN_SERVER_ERROR,
                    "The batch cannot be compressed as compression.type says");
            goOn(next);
        }

        private void goOn(Waiting done) {
            waiting.removeFirst();
            waitingBytes -= done.records.capacity();
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
