package io.tidemark.testkit.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.environment.Disk;
import io.tidemark.environment.DiskFullException;
import io.tidemark.environment.SeededEntropy;
import io.tidemark.partition.log.LogConfig;
import io.tidemark.partition.log.LogStore;
import io.tidemark.partition.log.LogStore.RecoveryProgress;
import io.tidemark.partition.log.LogStore.StoredPartition;
import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.log.PartitionLog.AppendOutcome;
import io.tidemark.partition.log.PartitionLog.Recovery;
import io.tidemark.partition.log.PartitionLog.SyncTicket;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.BatchHeader;
import io.tidemark.testkit.log.LogModel.Batch;
import io.tidemark.testkit.log.TestBatches.Sender;
import io.tidemark.testkit.simulation.CrashException;
import io.tidemark.testkit.simulation.SimulatedClock;
import io.tidemark.testkit.simulation.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.Uuid;

/**
 * One log, a disk with faults, and a model of what the log must hold. A seed draws configuration,
 * operations and faults.
 */
final class LogSimulation {
    static final String TOPIC = "orders";
    static final String FOLDER = "orders-0";
    private static final Uuid TOPIC_ID = new Uuid(1, 2);
    private static final long START_MS = 1_700_000_000_000L;
    private static final int STEPS = 90;
    private static final int PRODUCERS = 3;

    private final SeededEntropy entropy;
    private final Variant variant;
    private final SimulatedClock clock = new SimulatedClock(START_MS);
    private final SimulatedDisk disk;
    private final LogConfig config;
    private final LogModel model = new LogModel();
    private final LogChecks checks;
    private final List<Sender> producers = new ArrayList<>();
    private LogStore store;
    private PartitionLog log;
    private int leaderEpoch;
    private long digest = 17;

    /**
     * What is done wrong, if anything.
     *
     * @param ackBeforeSync counts records as acknowledged when they are written
     * @param between what stands between the log and its disk
     */
    record Variant(boolean ackBeforeSync, UnaryOperator<Disk> between) {
        static final Variant CORRECT = new Variant(false, disk -> disk);
    }

    LogSimulation(long seed, Variant variant) throws IOException {
        this.entropy = new SeededEntropy(seed);
        this.variant = variant;
        this.disk = new SimulatedDisk(entropy.split());
        this.config = drawConfig();
        this.checks = new LogChecks(model, entropy.split(), !config.logAppendTime());
        this.store = openStore(disk);
        this.log = openLog(store, Recovery.UNCLEAN);
        for (int i = 0; i < PRODUCERS; i++) {
            int sequence = entropy.nextInt(3) == 0 ? Integer.MAX_VALUE - entropy.nextInt(9) : 0;
            producers.add(new Sender(1000 + i, (short) entropy.nextInt(3), sequence));
        }
    }

    private LogConfig drawConfig() {
        int segmentBytes = 2_000 + entropy.nextInt(9_000);
        return new LogConfig(
                segmentBytes,
                entropy.nextInt(3) == 0 ? 20_000 : 1_000_000_000L,
                entropy.nextInt(1_500),
                64 + entropy.nextInt(1_000),
                entropy.nextInt(2) == 0 ? 60_000 : -1,
                entropy.nextInt(2) == 0 ? 3L * segmentBytes : -1,
                1_000_000,
                true,
                entropy.nextInt(4) == 0,
                -1,
                -1,
                Long.MAX_VALUE,
                -1,
                entropy.nextInt(2) * 5_000L,
                Long.MAX_VALUE / 4);
    }

    private LogStore openStore(SimulatedDisk on) throws IOException {
        return LogStore.open(variant.between().apply(on), clock);
    }

    private PartitionLog openLog(LogStore from, Recovery recovery) throws IOException {
        return from.openLog(TOPIC, 0, TOPIC_ID, config, recovery, RecoveryProgress.IGNORED);
    }

    /** Returns a digest of what happened. */
    long run() throws IOException {
        for (int step = 0; step < STEPS; step++) {
            if (entropy.nextInt(12) == 0) {
                disk.crashAfter(entropy.nextInt(40));
            }
            if (entropy.nextInt(60) == 0) {
                disk.failForceAfter(entropy.nextInt(3));
            }
            guarded(this::step);
            clock.advanceMs(entropy.nextInt(2_000));
            digest = digest * 31 + log.logEndOffset() * 7 + log.flushedEndOffset();
        }
        disk.limitTo(Long.MAX_VALUE);
        disk.losePower();
        reopen(Recovery.UNCLEAN);
        closeCleanly();
        return digest * 31 + disk.operations();
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    /** Runs a step; what goes down is started again, until it stands and holds what it must. */
    private void guarded(Step step) throws IOException {
        try {
            step.run();
        } catch (CrashException e) {
            restart();
        } catch (DiskFullException e) {
            digest++;
        } catch (IOException e) {
            // The directory failed: the process ends, with the cache or with the whole machine.
            restart();
        }
    }

    private void restart() throws IOException {
        boolean cacheSurvives = entropy.nextInt(3) == 0;
        boolean whole = cacheSurvives;
        disk.limitTo(Long.MAX_VALUE);
        while (true) {
            if (cacheSurvives) {
                disk.killProcess();
            } else {
                disk.losePower();
                whole = false;
            }
            if (entropy.nextInt(3) == 0) {
                disk.crashAfter(entropy.nextInt(60));
            }
            if (entropy.nextInt(10) == 0) {
                disk.failForceAfter(entropy.nextInt(4));
            }
            try {
                store = openStore(disk);
                isFound(store);
                log = openLog(store, Recovery.UNCLEAN);
                disk.crashAfter(Long.MAX_VALUE);
                disk.failForceAfter(Long.MAX_VALUE);
                break;
            } catch (CrashException | IOException e) {
                cacheSurvives = entropy.nextInt(3) == 0;
            }
        }
        if (whole) {
            assertThat(log.logEndOffset()).isGreaterThanOrEqualTo(model.certainEnd);
        }
        recovered();
        if (entropy.nextInt(3) == 0) {
            // What was recovered is durable: a second crash finds the same.
            long end = log.logEndOffset();
            disk.losePower();
            store = openStore(disk);
            isFound(store);
            log = openLog(store, Recovery.UNCLEAN);
            assertThat(log.logEndOffset()).isEqualTo(end);
            recovered();
        }
    }

    /** A node opens what it finds: a log with acknowledged records is to be among that. */
    private void isFound(LogStore from) throws IOException {
        if (model.ackedEnd > 0) {
            assertThat(from.stored()).containsExactly(new StoredPartition(TOPIC, 0, TOPIC_ID));
        }
    }

    private void reopen(Recovery recovery) throws IOException {
        store = openStore(disk);
        log = openLog(store, recovery);
        recovered();
    }

    /** Checks what was recovered, and takes it for what there is. */
    private void recovered() throws IOException {
        checks.recovered(log);
        checks.everything(log);
        for (int i = 0; i < producers.size(); i++) {
            Sender producer = producers.get(i);
            for (PartitionLog.ProducerEntry entry : log.producers()) {
                if (entry.producerId() == producer.producerId()) {
                    int next = BatchHeader.addToSequence(entry.lastSequence(), 1);
                    producers.set(
                            i, new Sender(producer.producerId(), entry.producerEpoch(), next));
                }
            }
        }
    }

    private void step() throws IOException {
        switch (entropy.nextInt(26)) {
            case 0, 1, 2, 3, 4, 5, 6, 7, 8 -> append();
            case 9, 10, 11, 12 -> sync();
            case 13, 14 -> retry();
            case 15 -> refused();
            case 16 -> checks.everything(log);
            case 17 -> store.checkpoint();
            case 18 -> retention();
            case 19 -> deleteRecords();
            case 20 -> truncate();
            case 21 -> log.startLeaderEpoch(++leaderEpoch);
            case 22 -> assertThat(log.scrub(4_000)).isNotNegative();
            case 23 -> fillUp();
            case 24 -> restartByChoice();
            default -> durableCopyHoldsAll();
        }
    }

    private long[] drawTimestamps() {
        long[] timestamps = new long[1 + entropy.nextInt(4)];
        for (int i = 0; i < timestamps.length; i++) {
            timestamps[i] = clock.wallMs() - entropy.nextInt(5_000);
        }
        return timestamps;
    }

    private void append() throws IOException {
        int number = entropy.nextInt(PRODUCERS + 1);
        Sender sender = number == PRODUCERS ? Sender.PLAIN : producers.get(number);
        if (number < PRODUCERS && entropy.nextInt(20) == 0) {
            sender = new Sender(sender.producerId(), (short) (sender.epoch() + 1), 0);
        }
        long[] timestamps = drawTimestamps();
        byte[] bytes = TestBatches.build(sender, timestamps, entropy);
        long base = log.logEndOffset();
        LogModel.Batch batch = expect(base, bytes, timestamps);
        AppendOutcome outcome;
        try {
            outcome = log.append(ByteBuffer.wrap(bytes), leaderEpoch);
        } catch (DiskFullException e) {
            model.removeLast();
            assertThat(log.logEndOffset()).isEqualTo(base);
            throw e;
        }
        assertThat(outcome).isInstanceOf(AppendOutcome.Appended.class);
        assertThat(((AppendOutcome.Appended) outcome).baseOffset()).isEqualTo(base);
        assertThat(log.logEndOffset()).isEqualTo(batch.endOffset());
        // The timestamps of the log itself are known only now.
        model.removeLast();
        model.add(new Batch(base, bytes.clone(), timestamps));
        model.certainEnd = log.logEndOffset();
        if (number < PRODUCERS) {
            int next = BatchHeader.addToSequence(sender.sequence(), timestamps.length);
            producers.set(number, new Sender(sender.producerId(), sender.epoch(), next));
        }
        if (variant.ackBeforeSync()) {
            model.ackedEnd = log.logEndOffset();
        }
    }

    /** Puts into the model what an append will write, because it may crash having done so. */
    private Batch expect(long base, byte[] bytes, long[] timestamps) {
        byte[] written = bytes.clone();
        ByteBuffer header = ByteBuffer.wrap(written);
        BatchHeader.setBaseOffset(header, 0, base);
        BatchHeader.setLeaderEpoch(header, 0, leaderEpoch);
        if (config.logAppendTime()) {
            BatchHeader.setLogAppendTime(header, 0, clock.wallMs());
        }
        Batch batch = new Batch(base, written, timestamps);
        model.add(batch);
        return batch;
    }

    private void sync() throws IOException {
        long start = log.logStartOffset();
        SyncTicket ticket = log.prepareSync();
        try {
            for (int i = entropy.nextInt(3); i > 0; i--) {
                append();
            }
        } catch (DiskFullException e) {
            digest++;
        }
        ticket.run();
        log.synced(ticket);
        if (!variant.ackBeforeSync()) {
            model.ackedEnd = Math.max(model.ackedEnd, log.flushedEndOffset());
        }
        if (ticket.complete()) {
            model.durableStart = Math.max(model.durableStart, start);
        }
    }

    /** A producer sends again what it has no answer for. */
    private void retry() throws IOException {
        List<List<Batch>> known = new ArrayList<>(model.byProducer().values());
        if (known.isEmpty()) {
            return;
        }
        List<Batch> sent = known.get(entropy.nextInt(known.size()));
        Batch batch = sent.get(entropy.nextInt(Math.min(5, sent.size())));
        if (batch.baseOffset() < log.logStartOffset()) {
            return;
        }
        Sender sender = new Sender(batch.producerId(), batch.producerEpoch(), batch.baseSequence());
        byte[] again = TestBatches.build(sender, batch.timestampsMs(), entropy);
        AppendOutcome outcome = log.append(ByteBuffer.wrap(again), leaderEpoch);
        assertThat(outcome).isInstanceOf(AppendOutcome.Duplicate.class);
        AppendOutcome.Duplicate duplicate = (AppendOutcome.Duplicate) outcome;
        assertThat(duplicate.baseOffset()).isEqualTo(batch.baseOffset());
        assertThat(duplicate.lastOffset()).isEqualTo(batch.endOffset() - 1);
    }

    private void refused() throws IOException {
        Sender sender = producers.get(entropy.nextInt(PRODUCERS));
        List<Batch> sent = model.byProducer().get(sender.producerId());
        if (sent == null || sent.getFirst().baseOffset() < log.logStartOffset()) {
            return;
        }
        int last = sent.getFirst().lastSequence();
        short epoch = sent.getFirst().producerEpoch();
        boolean oldEpoch = epoch > 0 && entropy.nextInt(2) == 0;
        Sender wrong =
                oldEpoch
                        ? new Sender(sender.producerId(), (short) (epoch - 1), 0)
                        : new Sender(
                                sender.producerId(),
                                epoch,
                                BatchHeader.addToSequence(last, 2 + entropy.nextInt(50)));
        byte[] bytes = TestBatches.build(wrong, drawTimestamps(), entropy);
        AppendOutcome outcome = log.append(ByteBuffer.wrap(bytes), leaderEpoch);
        assertThat(outcome).isInstanceOf(AppendOutcome.Rejected.class);
        assertThat(((AppendOutcome.Rejected) outcome).error())
                .isEqualTo(
                        (oldEpoch
                                        ? ErrorCode.INVALID_PRODUCER_EPOCH
                                        : ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER)
                                .number());
    }

    private void retention() throws IOException {
        try {
            log.applyRetention(log.flushedEndOffset());
        } finally {
            model.requestedStart = Math.max(model.requestedStart, log.logStartOffset());
        }
        assertThat(log.logStartOffset()).isLessThanOrEqualTo(model.ackedEnd);
        log.purgeDeleted(clock.wallMs());
    }

    private void deleteRecords() throws IOException {
        long end = log.flushedEndOffset();
        long start = log.logStartOffset();
        long target = start + entropy.nextInt((int) (end - start) + 1);
        model.requestedStart = Math.max(model.requestedStart, target);
        log.deleteRecordsBefore(target);
        assertThat(log.logStartOffset()).isEqualTo(target);
        log.purgeDeleted(clock.wallMs());
    }

    private void truncate() throws IOException {
        long lowest = Math.max(log.logStartOffset(), log.logEndOffset() - 20);
        long target = lowest + entropy.nextInt((int) (log.logEndOffset() - lowest) + 1);
        if (target < log.logEndOffset()) {
            target = model.at(target).baseOffset();
        }
        if (target < log.logStartOffset()) {
            return;
        }
        // From here on, what was acknowledged above is given up.
        model.ackedEnd = Math.min(model.ackedEnd, target);
        model.certainEnd = Math.min(model.certainEnd, target);
        log.truncateTo(target);
        model.truncate(log.logEndOffset());
        assertThat(log.logEndOffset()).isLessThanOrEqualTo(Math.max(target, 0));
        checks.everything(log);
        resumeProducers();
    }

    private void resumeProducers() {
        for (int i = 0; i < producers.size(); i++) {
            Sender producer = producers.get(i);
            List<Batch> sent = model.byProducer().get(producer.producerId());
            if (sent != null) {
                Batch last = sent.getFirst();
                producers.set(
                        i,
                        new Sender(
                                producer.producerId(),
                                last.producerEpoch(),
                                BatchHeader.addToSequence(last.lastSequence(), 1)));
            }
        }
    }

    private void fillUp() {
        disk.limitTo(Long.MAX_VALUE);
        if (entropy.nextInt(2) == 0) {
            long used = Long.MAX_VALUE - disk.usableBytes();
            disk.limitTo(used + entropy.nextInt(1_500));
        }
    }

    private void restartByChoice() throws IOException {
        switch (entropy.nextInt(3)) {
            case 0 -> {
                try {
                    closeCleanly();
                } catch (DiskFullException e) {
                    restart();
                    return;
                }
                reopen(Recovery.CLEAN);
            }
            case 1 -> {
                disk.killProcess();
                restart();
            }
            default -> restart();
        }
    }

    private void closeCleanly() throws IOException {
        long end = log.logEndOffset();
        long start = log.logStartOffset();
        log.close();
        store.checkpoint();
        if (!variant.ackBeforeSync()) {
            model.ackedEnd = end;
        }
        model.durableStart = Math.max(model.durableStart, start);
        IndexCheck.check(disk, FOLDER);
        if (entropy.nextInt(2) == 0) {
            // A clean close leaves nothing that losing power could take.
            disk.losePower();
        }
    }

    /** What was acknowledged is there even where nothing else survives. */
    private void durableCopyHoldsAll() throws IOException {
        if (log.logEndOffset() == 0 || model.ackedEnd == 0) {
            return;
        }
        SimulatedDisk copy = disk.durableCopy(entropy.split());
        LogStore left = openStore(copy);
        isFound(left);
        PartitionLog survivor = openLog(left, Recovery.UNCLEAN);
        assertThat(survivor.logEndOffset()).isGreaterThanOrEqualTo(log.flushedEndOffset());
        assertThat(survivor.logEndOffset()).isGreaterThanOrEqualTo(model.ackedEnd);
        assertThat(survivor.corruption()).isEmpty();
        checks.readAll(survivor, survivor.logStartOffset(), survivor.logEndOffset());
    }
}
