package io.tidemark.testkit.simulation.cluster;

import io.tidemark.environment.Timers.Timer;
import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.log.PartitionLog.ReadOutcome;
import io.tidemark.partition.serving.FetchWaiter;
import io.tidemark.partition.serving.Partition;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.testkit.simulation.SimulatedNetwork.Reply;
import io.tidemark.testkit.simulation.cluster.Broker.Fetched;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A consumer's fetch, which waits for a moment where there is nothing to read. */
final class ConsumerFetch {
    private static final int MAX_BYTES = 8_192;
    private static final long MAX_WAIT_MS = 500;

    private final PartitionNode node;
    private final Partition partition;
    private final long offset;
    private final int leaderEpoch;
    private final Reply<Fetched> reply;
    private FetchWaiter.@Nullable Watch watch;
    private @Nullable Timer timer;

    ConsumerFetch(
            PartitionNode node,
            Partition partition,
            long offset,
            int leaderEpoch,
            Reply<Fetched> reply) {
        this.node = node;
        this.partition = partition;
        this.offset = offset;
        this.leaderEpoch = leaderEpoch;
        this.reply = reply;
    }

    void start() {
        Fetched found = read();
        if (found.error() != ErrorCode.NONE || found.records().length > 0) {
            reply.with(found);
            return;
        }
        watch = partition.watch(bytes -> readAgain(), false);
        timer = node.schedule(MAX_WAIT_MS, this::readAgain);
    }

    private void readAgain() {
        if (watch != null && timer != null) {
            watch.cancel();
            timer.cancel();
            watch = null;
            reply.with(read());
        }
    }

    private Fetched read() {
        ErrorCode refusal = partition.admission().refusal(leaderEpoch);
        if (refusal != ErrorCode.NONE) {
            return PartitionNode.refused(refusal);
        }
        PartitionLog log = partition.log();
        long end =
                node.cluster().mutation() == Mutation.READ_ABOVE_WATERMARK
                        ? log.logEndOffset()
                        : partition.replica().highWatermark();
        if (offset >= end && offset <= log.logEndOffset()) {
            return new Fetched(ErrorCode.NONE, end, log.logStartOffset(), new byte[0]);
        }
        try {
            return switch (log.read(offset, end, MAX_BYTES, true)) {
                case ReadOutcome.Bytes bytes ->
                        new Fetched(
                                ErrorCode.NONE,
                                end,
                                log.logStartOffset(),
                                PartitionNode.bytes(bytes));
                case ReadOutcome.OutOfRange range ->
                        new Fetched(
                                ErrorCode.OFFSET_OUT_OF_RANGE,
                                end,
                                range.logStartOffset(),
                                new byte[0]);
                case ReadOutcome.Corrupt corrupt -> {
                    partition.damaged();
                    yield PartitionNode.refused(ErrorCode.KAFKA_STORAGE_ERROR);
                }
            };
        } catch (IOException e) {
            partition.failed(e);
            return PartitionNode.refused(ErrorCode.KAFKA_STORAGE_ERROR);
        }
    }
}
