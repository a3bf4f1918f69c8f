package io.tidemark.testkit.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.environment.DiskFile;
import io.tidemark.environment.SeededEntropy;
import io.tidemark.partition.log.LogConfig;
import io.tidemark.partition.log.LogStore;
import io.tidemark.partition.log.LogStore.RecoveryProgress;
import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.log.PartitionLog.AppendOutcome;
import io.tidemark.partition.log.PartitionLog.ReadOutcome;
import io.tidemark.partition.log.PartitionLog.Recovery;
import io.tidemark.protocol.record.BatchHeader;
import io.tidemark.testkit.log.TestBatches.Sender;
import io.tidemark.testkit.simulation.SeededRuns;
import io.tidemark.testkit.simulation.SimulatedClock;
import io.tidemark.testkit.simulation.SimulatedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/** What was durable decays: bits flip, files are cut or vanish. None of it is served as good. */
class LogDamageSimulationTest {
    private static final int SEEDS = 10_000;
    private static final String FOLDER = "orders-0";
    private static final LogConfig CONFIG =
            new LogConfig(
                    4_000, -1, 300, 10_000, -1, -1, 1_000_000, true, false, -1, -1, -1, -1, 0,
                    1_000_000);

    @Test
    void shouldServeDamagedRecordsNeverAsGood() {
        SeededRuns.runAll("Damage", SEEDS, LogDamageSimulationTest::damageAndRead);
    }

    private static long damageAndRead(long seed) throws IOException {
        SeededEntropy entropy = new SeededEntropy(seed);
        SimulatedDisk disk = new SimulatedDisk(entropy.split());
        List<byte[]> batches = new ArrayList<>();
        // Given a log that is durable, and checkpointed as such
        LogStore store = LogStore.open(disk, new SimulatedClock(1_700_000_000_000L));
        PartitionLog log = open(store, Recovery.UNCLEAN);
        fill(log, batches, entropy);
        long end = log.logEndOffset();
        Recovery recovery = entropy.nextInt(2) == 0 ? Recovery.CLEAN : Recovery.UNCLEAN;
        if (recovery == Recovery.CLEAN) {
            log.close();
        }
        store.checkpoint();
        disk.killProcess();

        // When something of it decays
        String damage = damage(disk, entropy);
        store = LogStore.open(disk, new SimulatedClock(1_700_000_100_000L));
        log = open(store, recovery);
        while (log.scrub(5_000) > 0) {
            // One round over everything.
        }

        // Then every record is as it was, or is reported, and no offset is given out again
        assertThat(log.logEndOffset()).as(damage).isEqualTo(end);
        long lost = readOrReport(log, batches, damage);
        assertThat(lost == 0 || !log.corruption().isEmpty()).as(damage).isTrue();

        // And that is remembered, and the log goes on
        List<String> reported = log.corruption();
        append(log, batches, entropy);
        log.close();
        store.checkpoint();
        PartitionLog again =
                open(LogStore.open(disk, new SimulatedClock(1_700_000_200_000L)), Recovery.CLEAN);
        assertThat(again.corruption()).as(damage).isEqualTo(reported);
        assertThat(readOrReport(again, batches, damage)).as(damage).isEqualTo(lost);
        return lost;
    }

    private static PartitionLog open(LogStore store, Recovery recovery) throws IOException {
        return store.openLog(
                "orders", 0, new Uuid(1, 2), CONFIG, recovery, RecoveryProgress.IGNORED);
    }

    private static void fill(PartitionLog log, List<byte[]> batches, SeededEntropy entropy)
            throws IOException {
        for (int i = 5 + entropy.nextInt(60); i > 0; i--) {
            append(log, batches, entropy);
            if (entropy.nextInt(5) == 0) {
                sync(log);
            }
        }
        sync(log);
    }

    private static void append(PartitionLog log, List<byte[]> batches, SeededEntropy entropy)
            throws IOException {
        long[] timestamps = new long[1 + entropy.nextInt(3)];
        Arrays.fill(timestamps, 1_700_000_000_000L);
        byte[] bytes = TestBatches.build(Sender.PLAIN, timestamps, entropy);
        int leaderEpoch = Math.max(0, log.latestLeaderEpoch()) + entropy.nextInt(10) / 9;
        assertThat(log.append(ByteBuffer.wrap(bytes), leaderEpoch)) // sets offset and epoch
                .isInstanceOf(AppendOutcome.Appended.class);
        batches.add(bytes);
    }

    private static void sync(PartitionLog log) throws IOException {
        PartitionLog.SyncTicket ticket = log.prepareSync();
        ticket.run();
        log.synced(ticket);
    }

    /** Returns what was done, for the message of a failure. */
    private static String damage(SimulatedDisk disk, SeededEntropy entropy) throws IOException {
        List<String> names =
                disk.list(FOLDER).stream().filter(name -> !name.startsWith("partition.")).toList();
        String path = FOLDER + "/" + names.get(entropy.nextInt(names.size()));
        long size;
        try (DiskFile file = disk.openForRead(path)) {
            size = file.size();
        }
        switch (entropy.nextInt(4)) {
            case 0 -> {
                disk.delete(path);
                return "deleted " + path;
            }
            case 1 -> {
                long kept = entropy.nextInt((int) size + 1);
                try (DiskFile file = disk.open(path)) {
                    file.truncate(kept);
                }
                return "cut " + path + " to " + kept;
            }
            default -> {
                long position = size == 0 ? 0 : entropy.nextInt((int) size);
                if (size > 0 && !path.endsWith("checkpoint")) {
                    disk.flipBit(path, position, entropy.nextInt(8));
                }
                return "flipped " + path + " at " + position;
            }
        }
    }

    /** Returns how many batches cannot be read. */
    private static long readOrReport(PartitionLog log, List<byte[]> batches, String damage)
            throws IOException {
        long lost = 0;
        long offset = 0;
        for (byte[] batch : batches) {
            ReadOutcome outcome = log.read(offset, log.logEndOffset(), batch.length, true);
            switch (outcome) {
                case ReadOutcome.Bytes bytes -> {
                    ByteBuffer found = ByteBuffer.allocate(bytes.length());
                    bytes.file().read(found, bytes.position());
                    bytes.release();
                    assertThat(found.array()).as(damage).isEqualTo(batch);
                }
                case ReadOutcome.Corrupt corrupt -> lost++;
                case ReadOutcome.OutOfRange range ->
                        throw new AssertionError(damage + ": " + range);
            }
            offset = BatchHeader.lastOffset(ByteBuffer.wrap(batch), 0) + 1;
        }
        return lost;
    }
}
