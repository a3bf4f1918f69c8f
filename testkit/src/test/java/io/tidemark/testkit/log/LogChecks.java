package io.tidemark.testkit.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.environment.Entropy;
import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.log.PartitionLog.ProducerEntry;
import io.tidemark.partition.log.PartitionLog.ReadOutcome;
import io.tidemark.partition.log.TimestampOutcome.Found;
import io.tidemark.testkit.log.LogModel.Batch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compares a log with the model. */
final class LogChecks {
    private final LogModel model;
    private final Entropy entropy;
    private final boolean createTime;

    LogChecks(LogModel model, Entropy entropy, boolean createTime) {
        this.model = model;
        this.entropy = entropy;
        this.createTime = createTime;
    }

    /** After a recovery: nothing acknowledged is missing, and the rest is a beginning. */
    void recovered(PartitionLog log) {
        assertThat(log.corruption()).isEmpty();
        assertThat(log.logEndOffset())
                .as("end")
                .isGreaterThanOrEqualTo(model.ackedEnd)
                .isLessThanOrEqualTo(model.end());
        assertThat(log.flushedEndOffset()).isEqualTo(log.logEndOffset());
        assertThat(model.isBoundary(log.logEndOffset())).isTrue();
        assertThat(log.logStartOffset())
                .as("start")
                .isGreaterThanOrEqualTo(model.durableStart)
                .isLessThanOrEqualTo(model.requestedStart);
        model.truncate(log.logEndOffset());
        model.certainEnd = log.logEndOffset();
        model.ackedEnd = log.logEndOffset();
    }

    void everything(PartitionLog log) throws IOException {
        assertThat(log.logEndOffset()).isEqualTo(model.end());
        readAll(log, log.logStartOffset(), log.logEndOffset());
        boundedRead(log);
        epochs(log);
        producers(log);
        if (createTime) {
            timestamps(log);
        }
    }

    /** Reads from one offset to another in pieces, as a consumer would. */
    void readAll(PartitionLog log, long from, long to) throws IOException {
        long offset = from;
        while (offset < to) {
            ByteBuffer bytes = read(log, offset, log.logEndOffset(), 1 + entropy.nextInt(4_000));
            offset = compare(bytes, offset);
        }
        assertThat(read(log, log.logEndOffset(), log.logEndOffset(), 100).remaining()).isZero();
    }

    private static ByteBuffer read(PartitionLog log, long offset, long end, int maxBytes)
            throws IOException {
        ReadOutcome outcome = log.read(offset, end, maxBytes, true);
        assertThat(outcome).isInstanceOf(ReadOutcome.Bytes.class);
        ReadOutcome.Bytes found = (ReadOutcome.Bytes) outcome;
        ByteBuffer bytes = ByteBuffer.allocate(found.length());
        if (found.length() > 0) {
            assertThat(found.file().read(bytes, found.position())).isEqualTo(found.length());
        }
        found.release();
        return bytes.flip();
    }

    /** Returns the offset after the last whole batch. */
    private long compare(ByteBuffer bytes, long offset) {
        long next = offset;
        Batch batch = model.at(offset);
        assertThat(bytes.remaining()).isGreaterThanOrEqualTo(batch.bytes().length);
        while (bytes.hasRemaining()) {
            int length = Math.min(bytes.remaining(), batch.bytes().length);
            byte[] got = new byte[length];
            bytes.get(got);
            assertThat(got).isEqualTo(Arrays.copyOf(batch.bytes(), length));
            if (length == batch.bytes().length) {
                next = batch.endOffset();
            }
            if (bytes.hasRemaining()) {
                batch = model.at(next);
                assertThat(batch.baseOffset()).isEqualTo(next);
            }
        }
        return next;
    }

    /** No batch is served that reaches beyond the bound. */
    private void boundedRead(PartitionLog log) throws IOException {
        long start = log.logStartOffset();
        int span = (int) (log.logEndOffset() - start);
        if (span == 0) {
            return;
        }
        long offset = start + entropy.nextInt(span);
        long bound = offset + entropy.nextInt((int) (log.logEndOffset() - offset) + 1);
        ByteBuffer bytes = read(log, offset, bound, 1 << 20);
        if (bound <= offset || model.at(offset).endOffset() > bound) {
            assertThat(bytes.remaining()).isZero();
            return;
        }
        assertThat(compare(bytes, offset)).isLessThanOrEqualTo(bound);
    }

    private void epochs(PartitionLog log) {
        int before = -1;
        for (Batch batch : model.batches()) {
            if (batch.baseOffset() >= log.logStartOffset()) {
                int epoch = log.leaderEpochOf(batch.baseOffset());
                assertThat(epoch).isEqualTo(batch.leaderEpoch()).isGreaterThanOrEqualTo(before);
                before = epoch;
            }
        }
        assertThat(log.latestLeaderEpoch()).isGreaterThanOrEqualTo(before);
    }

    private void producers(PartitionLog log) {
        List<ProducerEntry> entries = log.producers();
        for (Map.Entry<Long, List<Batch>> sent : model.byProducer().entrySet()) {
            Batch last = sent.getValue().getFirst();
            if (last.baseOffset() >= log.logStartOffset()) {
                assertThat(entries).anySatisfy(entry -> assertKnows(entry, last));
            }
        }
    }

    private static void assertKnows(ProducerEntry entry, Batch last) {
        assertThat(entry.producerId()).isEqualTo(last.producerId());
        assertThat(entry.producerEpoch()).isEqualTo(last.producerEpoch());
        assertThat(entry.lastSequence()).isEqualTo(last.lastSequence());
    }

    private void timestamps(PartitionLog log) throws IOException {
        if (model.batches().isEmpty()) {
            return;
        }
        Batch any = model.batches().get(entropy.nextInt(model.batches().size()));
        long target = any.timestampsMs()[0] + entropy.nextInt(3) - 1;
        long end = log.logEndOffset();
        Optional<Long> expected = Optional.empty();
        Optional<Long> greatest = Optional.empty();
        for (Batch batch : model.batches()) {
            for (int i = 0; i < batch.timestampsMs().length; i++) {
                long offset = batch.baseOffset() + i;
                if (offset >= log.logStartOffset()) {
                    long ms = batch.timestampsMs()[i];
                    if (expected.isEmpty() && ms >= target) {
                        expected = Optional.of(offset);
                    }
                    greatest = Optional.of(Math.max(ms, greatest.orElse(ms)));
                }
            }
        }
        assertThat(log.offsetForTimestamp(target, end).found().map(Found::offset))
                .isEqualTo(expected);
        assertThat(log.maxTimestamp(end).found().map(Found::timestampMs)).isEqualTo(greatest);
    }
}
