package io.tidemark.testkit.simulation.cluster;

import static io.tidemark.testkit.simulation.cluster.Violation.unless;

import io.tidemark.environment.SeededEntropy;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.BatchCheck;
import io.tidemark.protocol.record.BatchHeader;
import io.tidemark.testkit.simulation.cluster.Broker.Fetched;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a partition from its start, and checks that it sees every committed batch, once, in order.
 */
final class SimulatedConsumer extends Client {
    private static final int REQUEST_TIMEOUT_MS = 1_200;

    private final int pauseMs;
    private long position;

    SimulatedConsumer(int id, Cluster cluster, int partition, int pauseMs, SeededEntropy entropy) {
        super(id, "consumer " + id, cluster, partition, entropy);
        this.pauseMs = pauseMs;
    }

    @Override
    void begin() {
        position = 0;
    }

    @Override
    void leaderFound() {
        fetch();
    }

    private void fetch() {
        if (!knowsLeader()) {
            return;
        }
        PartitionNode leader = leader();
        long from = position;
        int epoch = leaderEpoch();
        cluster.network()
                .<Fetched>call(
                        this,
                        leader,
                        REQUEST_TIMEOUT_MS,
                        reply -> leader.fetch(partition, from, epoch, reply),
                        this::answered);
    }

    private void answered(@Nullable Fetched answer) {
        if (answer == null) {
            lookAgain(20 + entropy.nextInt(50));
            return;
        }
        if (answer.error() == ErrorCode.NONE) {
            if (read(ByteBuffer.wrap(answer.records()))) {
                schedule(1 + entropy.nextInt(pauseMs * 2), this::fetch);
            } else {
                lookAgain(20 + entropy.nextInt(50));
            }
        } else if (answer.error() == ErrorCode.OFFSET_OUT_OF_RANGE
                && position < answer.logStartOffset()) {
            unless(
                    answer.logStartOffset() <= cluster.ledger(partition).end(),
                    Invariant.START_BELOW_WATERMARK,
                    "the log starts at %d, %d was committed",
                    answer.logStartOffset(),
                    cluster.ledger(partition).end());
            position = answer.logStartOffset();
            schedule(pauseMs, this::fetch);
        } else {
            lookAgain(20 + entropy.nextInt(50));
        }
    }

    /** Takes what is good; returns false where it came upon something bad, as clients do. */
    private boolean read(ByteBuffer records) {
        int at = 0;
        while (at < records.limit()) {
            BatchCheck.Outcome outcome =
                    BatchCheck.check(records, at, BatchCheck.Depth.CRC, records.limit());
            if (!(outcome instanceof BatchCheck.Outcome.Valid(int sizeBytes))) {
                return outcome instanceof BatchCheck.Outcome.Partial && at > 0;
            }
            long base = BatchHeader.baseOffset(records, at);
            long last = BatchHeader.lastOffset(records, at);
            if (last >= position) {
                unless(
                        base <= position,
                        Invariant.READ_IN_ORDER,
                        "%s asked for %d and got %d",
                        this,
                        position,
                        base);
                unless(
                        cluster.ledger(partition).holds(base, Ledger.content(records, at)),
                        Invariant.ACKNOWLEDGED_IS_KEPT,
                        "%s read a batch at %d that was never committed",
                        this,
                        base);
                position = last + 1;
            }
            at += sizeBytes;
        }
        return true;
    }

    String describe() {
        return "%s of partition %d: at %d, leader known: %s"
                .formatted(this, partition, position, knowsLeader());
    }

    @Override
    boolean contentSince(long healedNanos) {
        return position >= cluster.ledger(partition).end();
    }
}
