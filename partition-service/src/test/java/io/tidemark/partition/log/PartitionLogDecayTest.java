package io.tidemark.partition.log;

import static io.tidemark.partition.log.PartitionLogRecoveryTest.flip;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.partition.log.PartitionLog.ReadOutcome;
import io.tidemark.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;

/** What happens to the files of a log while it is open: it is told, and never served as good. */
class PartitionLogDecayTest extends PartitionLogFixture {
    private static final int BATCHES = 400;
    private static final int RECORDS = 2 * BATCHES;

    private byte[] whole = new byte[0];

    private void fill() throws IOException {
        Settings settings = new Settings();
        settings.segmentBytes = 1 << 20;
        configure(settings);
        for (int i = 0; i < BATCHES; i++) {
            append(batch(7, 0, 2 * i, 2, NOW_MS + i, 60));
        }
        sync();
        whole = Files.readAllBytes(segment(0));
        clock.nanos += 10 * CheckedBytes.FRESH_NANOS;
    }

    private void cut(Path file, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }

    private void scrubAll() throws IOException {
        for (int steps = 0; steps < 100 && log.scrub(1 << 20) > 0; steps++) {
            // One round over everything.
        }
    }

    /** Every batch is either as it was, or told to be damaged; returns how many are damaged. */
    private int damagedBatches() throws IOException {
        int damaged = 0;
        int position = 0;
        int length = whole.length / BATCHES;
        for (int offset = 0; offset < RECORDS; offset += 2, position += length) {
            switch (log.read(offset, RECORDS, 1, true)) {
                case ReadOutcome.Bytes bytes ->
                        assertThat(slice(bytes))
                                .as("offset %d", offset)
                                .isEqualTo(ByteBuffer.wrap(whole, position, length));
                case ReadOutcome.Corrupt corrupt -> damaged++;
                case ReadOutcome.OutOfRange gone -> throw new AssertionError(gone);
            }
        }
        return damaged;
    }

    private void assertMends() throws IOException {
        for (int rounds = 0; rounds < 10 && !log.corruption().isEmpty(); rounds++) {
            PartitionLog.Gap gap = log.firstGap().orElseThrow();
            int from = (int) (gap.fromOffset() / 2) * (whole.length / BATCHES);
            assertThat(log.mend(ByteBuffer.wrap(whole, from, gap.sizeBytes()).slice())).isEmpty();
        }
        assertThat(damagedBatches()).isZero();
        byte[] mended = Files.readAllBytes(segment(0));
        assertThat(mended).startsWith(whole);
    }

    @Test
    void shouldTellOfBytesThatWereCutOffWhenItIsScrubbed() throws IOException {
        fill();

        cut(segment(0), whole.length / 2);
        scrubAll();

        assertThat(log.corruption()).hasSize(1);
        assertThat(log.damageFound()).isTrue();
        assertThat(log.damageFound()).isFalse();
        assertThat(damagedBatches()).isEqualTo(BATCHES / 2);
        assertMends();
    }

    @Test
    void shouldTellOfBytesThatWereCutOffWhenTheyAreRead() throws IOException {
        fill();
        assertThat(damagedBatches()).isZero(); // they were looked at before

        cut(segment(0), whole.length / 2);

        assertThat(damagedBatches()).isEqualTo(BATCHES / 2);
        assertMends();
    }

    @Test
    void shouldTellOfBytesThatWereCutOffWhenItIsWrittenTo() throws IOException {
        fill();

        cut(segment(0), whole.length / 2);
        append(batch(7, 0, RECORDS, 2, NOW_MS, 60)); // behind a hole now

        assertThat(log.damageFound()).isTrue();
        assertThat(damagedBatches()).isEqualTo(BATCHES / 2);
        assertThat(log.read(RECORDS, RECORDS + 2, 1, true)).isInstanceOf(ReadOutcome.Bytes.class);
        assertMends();
        crashAndReopen(new Settings());
        assertThat(log.corruption()).isEmpty();
        assertThat(log.logEndOffset()).isEqualTo(RECORDS + 2);
    }

    @Test
    void shouldCutOffWhatSomebodyElseAdded() throws IOException {
        fill();
        Files.write(segment(0), new byte[] {1, 2, 3}, StandardOpenOption.APPEND);

        scrubAll();

        assertThat(log.corruption()).isEmpty();
        assertThat(Files.readAllBytes(segment(0))).isEqualTo(whole);
        Files.write(segment(0), new byte[4_000], StandardOpenOption.APPEND);
        append(batch(7, 0, RECORDS, 2, NOW_MS, 60));
        assertThat(log.damageFound()).isFalse();
        assertThat(Files.size(segment(0))).isLessThan(whole.length + 4_000);
        reopenCleanly(new Settings());
        assertThat(log.corruption()).isEmpty();
        assertThat(log.logEndOffset()).isEqualTo(RECORDS + 2);
    }

    @Test
    void shouldNotTrustAFileThatHasNoNameAnyMore() throws IOException {
        fill();
        Files.delete(segment(0));

        scrubAll();

        assertThat(log.corruption()).hasSize(1);
        assertThat(damagedBatches()).isEqualTo(BATCHES);
        assertMends();
        crashAndReopen(new Settings());
        assertThat(log.corruption()).isEmpty();
    }

    @Test
    void shouldNotCountAsDurableWhatWasWrittenToAFileWithoutAName() throws IOException {
        fill();
        Files.delete(segment(0));
        append(batch(7, 0, RECORDS, 2, NOW_MS, 60));

        PartitionLog.SyncTicket ticket = log.prepareSync();
        ticket.run();
        log.synced(ticket);

        assertThat(ticket.complete()).isFalse();
        assertThat(log.flushedEndOffset()).isEqualTo(RECORDS);
        assertThat(log.damageFound()).isTrue();
        assertThat(damagedBatches()).isEqualTo(BATCHES);
    }

    @Test
    void shouldLookAtAFileThatTookTheNameOfAnother() throws IOException {
        fill();
        byte[] other = whole.clone();
        other[whole.length / 2 + BatchHeader.SIZE_BYTES + 5] ^= 1;
        Path replacement = folder.resolve("replacement");
        Files.write(replacement, other);
        assertThat(damagedBatches()).isZero();

        Files.move(replacement, segment(0), StandardCopyOption.REPLACE_EXISTING);
        scrubAll();

        assertThat(damagedBatches()).isEqualTo(1);
        assertMends();
    }

    @Test
    void shouldNeverServeFlippedBytesToTheFirstWhoReadsThem() throws IOException {
        fill();
        flip(segment(0), whole.length / 2 + BatchHeader.SIZE_BYTES + 5, 1);

        assertThat(damagedBatches()).isEqualTo(1);
        assertMends();
    }

    @Test
    void shouldServeWhatLiesBeforeADamagedBatchFirst() throws IOException {
        fill();
        flip(segment(0), whole.length / 2 + BatchHeader.SIZE_BYTES + 5, 1);

        ByteBuffer before = slice(log.read(0, RECORDS, 1 << 20, true));

        assertThat(before.remaining()).isEqualTo(whole.length / 2);
        assertThat(log.read(RECORDS / 2, RECORDS, 1 << 20, true))
                .isInstanceOf(ReadOutcome.Corrupt.class);
    }

    @Test
    void shouldLookAtAPartOfALongReadAndSaySo() throws IOException {
        Settings settings = new Settings();
        settings.segmentBytes = 16 << 20;
        configure(settings);
        for (int i = 0; i < 300; i++) {
            append(batch(PLAIN, 0, -1, 1, NOW_MS, 10_000));
        }
        clock.nanos += 10 * CheckedBytes.FRESH_NANOS;

        ReadOutcome.Bytes first = (ReadOutcome.Bytes) log.read(0, 300, 3 << 20, true);
        ReadOutcome.Bytes again = (ReadOutcome.Bytes) log.read(0, 300, 1 << 20, true);

        assertThat(first.cut()).isTrue();
        assertThat(first.length()).isBetween(1 << 20, (1 << 20) + 20_000);
        assertThat(again.cut()).isFalse();
        assertThat(again.length()).isEqualTo(1 << 20);
        first.release();
        again.release();
    }

    @Test
    void shouldSayWhereASearchByTimeMeetsDamage() throws IOException {
        fill();
        int length = whole.length / BATCHES;
        flip(segment(0), 200 * length + length - 1, 1); // of the records, not the header

        // It is found by the search itself, and told as long as it is there.
        for (int again = 0; again < 2; again++) {
            assertThat(log.offsetForTimestamp(NOW_MS + 200, RECORDS))
                    .isEqualTo(new TimestampOutcome.Corrupt());
        }
        assertThat(log.read(400, RECORDS, 1, true))
                .isInstanceOfSatisfying(
                        ReadOutcome.Corrupt.class,
                        corrupt -> assertThat(corrupt.readableFrom()).isEqualTo(402));
        assertThat(log.maxTimestamp(RECORDS)).isEqualTo(new TimestampOutcome.Corrupt());
        assertThat(log.offsetForTimestamp(NOW_MS + 150, RECORDS))
                .isEqualTo(new TimestampOutcome.Found(NOW_MS + 150, 300, 0));
        assertThat(log.offsetForTimestamp(NOW_MS + 390, RECORDS))
                .isEqualTo(new TimestampOutcome.Found(NOW_MS + 390, 780, 0));
        assertThat(log.offsetForTimestamp(NOW_MS + 390, 400))
                .isEqualTo(new TimestampOutcome.None());
        assertMends();
        assertThat(log.offsetForTimestamp(NOW_MS + 200, RECORDS))
                .isEqualTo(new TimestampOutcome.Found(NOW_MS + 200, 400, 0));
    }

    @Test
    void shouldFindRecordsWithIndexesThatAreDamagedAndMendThem() throws IOException {
        fill();
        reopenCleanly(new Settings());
        Path index = segment(0).resolveSibling(LogFolder.fileName(0, LogFolder.INDEX));
        Path times = segment(0).resolveSibling(LogFolder.fileName(0, LogFolder.TIME_INDEX));
        byte[] goodIndex = Files.readAllBytes(index);
        byte[] goodTimes = Files.readAllBytes(times);
        assertThat(goodIndex.length).isGreaterThan(5 * OffsetIndex.ENTRY_BYTES);

        for (int way = 0; way < 4; way++) {
            for (Path file : new Path[] {index, times}) {
                damage(file, way);
                for (int i = 0; i < BATCHES; i += 7) {
                    assertThat(log.offsetForTimestamp(NOW_MS + i, RECORDS))
                            .as("way %d of %s at %d", way, file.getFileName(), i)
                            .isEqualTo(new TimestampOutcome.Found(NOW_MS + i, 2 * i, 0));
                }
                assertThat(damagedBatches()).isZero();
                assertThat(log.corruption()).isEmpty();
            }
        }
        reopenCleanly(new Settings());
        assertThat(log.offsetForTimestamp(NOW_MS + 100, RECORDS))
                .isEqualTo(new TimestampOutcome.Found(NOW_MS + 100, 200, 0));
        assertThat(Files.readAllBytes(index)).isEqualTo(goodIndex);
        assertThat(Files.readAllBytes(times)).isEqualTo(goodTimes);
    }

    private void damage(Path file, int way) throws IOException {
        log.closeIndexes(); // as those of a segment that is not written to are
        switch (way) {
            case 0 -> Files.deleteIfExists(file);
            case 1 -> cut(file, Files.size(file) / 2 + 3);
            case 2 -> Files.write(file, new byte[] {9, 9, 9}, StandardOpenOption.APPEND);
            default -> {
                byte[] bytes = Files.readAllBytes(file);
                for (int at = 6; at < bytes.length; at += 8) {
                    bytes[at] ^= 0x55;
                }
                Files.write(file, bytes);
            }
        }
    }

    @Test
    void shouldWriteACheckpointAgainThatWasTakenAway() throws IOException {
        fill();
        store.checkpoint();
        for (String name :
                new String[] {
                    "recovery-point-offset-checkpoint",
                    "log-start-offset-checkpoint",
                    "replication-offset-checkpoint"
                }) {
            byte[] before = Files.readAllBytes(folder.resolve(name));
            Files.delete(folder.resolve(name));
            store.checkpoint();
            assertThat(Files.readAllBytes(folder.resolve(name))).isEqualTo(before);
        }
    }

    @Test
    void shouldTellAFolderThatIsGoneFromADiskThatRefuses() throws IOException {
        assertThat(LogFault.isOfOneLog(new IOException("Input/output error"))).isFalse();
        assertThat(LogFault.isOfOneLog(new java.nio.file.FileSystemException("/d", null, "I/O")))
                .isFalse();
        fill();
        Path partition = folder.resolve("orders-0");
        try (var files = Files.list(partition)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(partition);

        IOException failure = failureOf(this::scrubAll);

        assertThat(LogFault.isOfOneLog(failure)).isTrue();
    }

    private static IOException failureOf(Step step) {
        try {
            step.run();
        } catch (IOException e) {
            return e;
        }
        throw new AssertionError("no failure");
    }

    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }
}
