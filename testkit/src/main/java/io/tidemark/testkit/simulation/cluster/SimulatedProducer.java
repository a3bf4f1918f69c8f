package io.tidemark.testkit.simulation.cluster;

import io.tidemark.environment.SeededEntropy;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.BatchHeader;
import io.tidemark.testkit.simulation.cluster.Broker.Produced;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Writes batches with acks=all and tells the ledger which were acknowledged. An idempotent one has
 * several under way and sends each until it is stored; a plain one gives up now and then.
 */
final class SimulatedProducer extends Client {
    private static final int REQUEST_TIMEOUT_MS = 1_500;
    private static final int SERVER_TIMEOUT_MS = 1_000;

    private final boolean idempotent;
    private final int pauseMs;
    private final ArrayDeque<Batch> waiting = new ArrayDeque<>();
    private short producerEpoch = -1;
    private int nextSequence;
    private long acknowledged;
    private long acknowledgedNanos = -1;
    private @Nullable ErrorCode lastError;

    /** A batch that is not known to be stored. */
    private static final class Batch {
        private final byte[] bytes;
        private final long content;
        private boolean sent;

        private Batch(byte[] bytes) {
            this.bytes = bytes;
            this.content = Ledger.content(ByteBuffer.wrap(bytes), 0);
        }
    }

    SimulatedProducer(
            int id,
            Cluster cluster,
            int partition,
            boolean idempotent,
            int pauseMs,
            SeededEntropy entropy) {
        super(
                id,
                (idempotent ? "idempotent" : "plain") + " producer " + id,
                cluster,
                partition,
                entropy);
        this.idempotent = idempotent;
        this.pauseMs = pauseMs;
    }

    @Override
    void begin() {
        waiting.clear();
        producerEpoch++;
        boolean nearTheEnd = producerEpoch == 0 && entropy.nextInt(8) == 0;
        nextSequence = nearTheEnd ? Integer.MAX_VALUE - entropy.nextInt(30) : 0;
        schedule(1 + entropy.nextInt(pauseMs), this::make);
    }

    private void make() {
        int window = idempotent ? 3 : 1;
        if (waiting.size() < window) {
            int records = 1 + entropy.nextInt(3);
            Batch batch =
                    new Batch(
                            cluster.batches()
                                    .build(
                                            idempotent ? id() : -1,
                                            producerEpoch,
                                            nextSequence,
                                            records,
                                            wallMs(),
                                            entropy));
            if (idempotent) {
                nextSequence = BatchHeader.addToSequence(nextSequence, records);
            }
            waiting.add(batch);
            sendAll();
        }
        schedule(1 + entropy.nextInt(pauseMs * 2), this::make);
    }

    @Override
    void leaderFound() {
        sendAll();
    }

    private void sendAll() {
        if (knowsLeader()) {
            for (Batch batch : waiting) {
                if (!batch.sent) {
                    send(batch);
                }
            }
        }
    }

    private void send(Batch batch) {
        batch.sent = true;
        PartitionNode leader = leader();
        cluster.network()
                .<Produced>call(
                        this,
                        leader,
                        REQUEST_TIMEOUT_MS,
                        reply -> leader.produce(partition, batch.bytes, SERVER_TIMEOUT_MS, reply),
                        answer -> answered(batch, answer));
    }

    private void answered(Batch batch, @Nullable Produced answer) {
        batch.sent = false;
        lastError = answer == null ? null : answer.error();
        if (!waiting.contains(batch)) {
            return;
        }
        if (answer != null && answer.error() == ErrorCode.NONE) {
            waiting.remove(batch);
            cluster.ledger(partition).acknowledged(toString(), answer.baseOffset(), batch.content);
            world().note(answer.baseOffset());
            acknowledged++;
            acknowledgedNanos = world().nowNanos();
            return;
        }
        if (lastError == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER && batch == waiting.peekFirst()) {
            startOver();
        }
        if (!idempotent && entropy.nextInt(2) == 0) {
            waiting.remove(batch); // may be stored or not: the caller was told so
        }
        lookAgain(10 + entropy.nextInt(60));
    }

    /**
     * Nothing before it is under way, and yet it does not follow: it was stored, deleted since, and
     * the leader's copy begins later. As clients do (KIP-360), goes on in a new epoch; the caller
     * is told that what waits may be stored or not.
     */
    private void startOver() {
        waiting.clear();
        producerEpoch++;
        nextSequence = 0;
    }

    String describe() {
        return "%s of partition %d: %d acknowledged, %d waiting, leader known: %s, last answer %s"
                .formatted(this, partition, acknowledged, waiting.size(), knowsLeader(), lastError);
    }

    long acknowledged() {
        return acknowledged;
    }

    @Override
    boolean contentSince(long healedNanos) {
        return acknowledgedNanos > healedNanos;
    }
}
