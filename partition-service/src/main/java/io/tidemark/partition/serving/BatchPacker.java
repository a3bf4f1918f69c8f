package io.tidemark.partition.serving;

import io.tidemark.partition.log.BatchWork;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.Recompression;
import io.tidemark.protocol.transport.ClientAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does with batches for the partitions of one loop what takes long, on workers: compresses them as
 * {@code compression.type} says, and checks those that inflate to much. It takes milliseconds for
 * each, which others on the loop must not wait for. What waits on all loops is bounded in bytes.
 * Belongs to the loop.
 */
public final class BatchPacker {
    private static final Logger log = LoggerFactory.getLogger(BatchPacker.class);

    private final PartitionLoop loop;
    private final FewAtATime workers;
    private final Room room;

    /**
     * @param room shared by all loops
     */
    public BatchPacker(PartitionLoop loop, FewAtATime workers, Room room) {
        this.loop = loop;
        this.workers = workers;
        this.room = room;
    }

    /** For the bytes of batches that wait: of one address no more than half of it. Any thread. */
    public static final class Room {
        private static final int HEAP_PART = 16;

        /** A batch's place in the queue, and in the answer that it waits for. */
        private static final int OVERHEAD_BYTES = 512;

        private static final long MAX_BYTES = 64L << 20;

        private final long limit =
                Math.min(MAX_BYTES, Runtime.getRuntime().maxMemory() / HEAP_PART);
        private final Map<ClientAddress, Long> used = new HashMap<>();
        private long usedByAll;

        private synchronized boolean take(ClientAddress address, long bytes) {
            long more = bytes + OVERHEAD_BYTES;
            long ofAddress = used.getOrDefault(address, 0L) + more;
            // Somebody who has nothing there finds room for one batch, whatever its length.
            if (usedByAll + more > limit || ofAddress > limit / 2 && ofAddress > more) {
                return false;
            }
            used.put(address, ofAddress);
            usedByAll += more;
            return true;
        }

        private synchronized void give(ClientAddress address, long bytes) {
            long less = bytes + OVERHEAD_BYTES;
            usedByAll -= less;
            used.computeIfPresent(address, (a, held) -> held == less ? null : held - less);
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

    /**
     * One partition's batches, those of each connection in the order in which they came. One of
     * each is with the workers at a time; there, addresses take turns.
     */
    final class Lane {
        private final Map<Object, ArrayDeque<Waiting>> waiting = new IdentityHashMap<>(2);
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
        boolean isIdle(AppendReply reply) {
            return waiting.isEmpty() || !waiting.containsKey(reply.sender().connection());
        }

        /**
         * Takes its place behind those that came before on the same connection.
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
            Sender sender = reply.sender();
            if (!room.take(sender.address(), bytes)) {
                refusal.tell(
                        reply,
                        ErrorCode.REQUEST_TIMED_OUT,
                        "Too many batches wait to be inflated; send them again");
                return;
            }
            ByteBuffer copy = ByteBuffer.allocate(bytes).put(records.duplicate()).flip();
            Waiting added = new Waiting(copy, target, allReplicas, deadlineNanos, reply, sender);
            ArrayDeque<Waiting> ofConnection =
                    waiting.computeIfAbsent(sender.connection(), c -> new ArrayDeque<>(2));
            ofConnection.add(added);
            if (ofConnection.size() == 1) {
                pack(added);
            }
        }

        private void pack(Waiting next) {
            int most = maxMessageBytes.getAsInt();
            try {
                workers.execute(next.sender.address(), () -> packNow(next, most));
            } catch (RejectedExecutionException e) {
                log.debug("The node is stopping", e);
            }
        }

        /** On a worker. */
        @SuppressWarnings("CatchingUnchecked") // codecs throw whatever they like
        private void packNow(Waiting next, int maxPackedBytes) {
            if (next.sender.isGone()) {
                loop.execute(() -> drop(next));
                return;
            }
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

        private void drop(Waiting next) {
            refusal.tell(
                    next.reply, ErrorCode.REQUEST_TIMED_OUT, "Whoever sent the batch has gone");
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
            room.give(done.sender.address(), done.records.capacity());
            ArrayDeque<Waiting> ofConnection = waiting.get(done.sender.connection());
            if (ofConnection == null) {
                throw new IllegalStateException("what is done was not waited for");
            }
            ofConnection.removeFirst();
            if (ofConnection.isEmpty()) {
                waiting.remove(done.sender.connection());
            } else {
                pack(ofConnection.getFirst());
            }
        }
    }

    private record Waiting(
            ByteBuffer records,
            Optional<Recompression.Target> target,
            boolean allReplicas,
            long deadlineNanos,
            AppendReply reply,
            Sender sender) {}
}
