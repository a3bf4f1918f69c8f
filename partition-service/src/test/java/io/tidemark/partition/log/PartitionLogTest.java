package io.tidemark.partition.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.partition.log.PartitionLog.AppendOutcome;
import io.tidemark.partition.log.PartitionLog.ReadOutcome;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The log on a real file system; its crashes are the testkit's simulation. */
class PartitionLogTest extends PartitionLogFixture {

    @Test
    void shouldAssignOffsetsAndEpochInPlace() throws IOException {
        append(batch(PLAIN, 0, -1, 3));

        AppendOutcome outcome = log.append(batch(PLAIN, 0, -1, 2), 7);

        assertThat(outcome).isEqualTo(new AppendOutcome.Appended(3, 4, -1));
        ByteBuffer read = read(3, 5);
        assertThat(BatchHeader.baseOffset(read, 0)).isEqualTo(3);
        assertThat(BatchHeader.leaderEpoch(read, 0)).isEqualTo(7);
        assertThat(log.logEndOffset()).isEqualTo(5);
        assertThat(log.flushedEndOffset()).isZero();
    }

    @Test
    void shouldMoveTheFlushedEndToWhatASyncCovered() throws IOException {
        append(batch(PLAIN, 0, -1, 3));
        PartitionLog.SyncTicket ticket = log.prepareSync();
        append(batch(PLAIN, 0, -1, 1));

        ticket.run();
        log.synced(ticket);

        assertThat(log.flushedEndOffset()).isEqualTo(3);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void shouldHoldNoFileOpenWhileNobodyUsesIt() throws IOException {
        assertThat(openFiles()).isEmpty();

        append(batch(PLAIN, 0, -1, 3));
        assertThat(openFiles()).hasSize(1);

        log.close();
        store.checkpoint();
        open(new Settings(), PartitionLog.Recovery.CLEAN);
        assertThat(openFiles()).isEmpty();
        assertThat(log.logEndOffset()).isEqualTo(3);
    }

    private List<String> openFiles() throws IOException {
        List<String> open = new ArrayList<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                if (Files.isSymbolicLink(descriptor)) {
                    open.add(Files.readSymbolicLink(descriptor).toString());
                }
            }
        }
        open.removeIf(file -> !file.startsWith(folder + "/orders-0/"));
        return open;
    }

    @Test
    void shouldAnswerARetryWithTheFirstOffsets() throws IOException {
        for (int i = 0; i < 6; i++) {
            append(batch(42, 0, i * 2, 2));
        }

        assertThat(log.append(batch(42, 0, 10, 2), 0))
                .isEqualTo(new AppendOutcome.Duplicate(10, 11, -1));
        assertThat(log.append(batch(42, 0, 2, 2), 0))
                .isEqualTo(new AppendOutcome.Duplicate(2, 3, -1));
        assertRejected(log.append(batch(42, 0, 0, 2), 0), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(log.logEndOffset()).isEqualTo(12);
    }

    @Test
    void shouldRefuseGapsAndOldEpochs() throws IOException {
        append(batch(42, 1, 0, 1));

        assertRejected(log.append(batch(42, 1, 2, 1), 0), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertRejected(log.append(batch(42, 0, 1, 1), 0), ErrorCode.INVALID_PRODUCER_EPOCH);
        assertRejected(log.append(batch(42, 2, 5, 1), 0), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        append(batch(42, 2, 0, 1));
    }

    @Test
    void shouldGoOnWithSequenceZeroAfterTheLargest() throws IOException {
        append(batch(42, 0, Integer.MAX_VALUE - 1, 3));

        append(batch(42, 0, 1, 1));

        assertThat(log.append(batch(42, 0, Integer.MAX_VALUE - 1, 3), 0))
                .isInstanceOf(AppendOutcome.Duplicate.class);
    }

    @Test
    void shouldKnowRetriesOfSeveralBatchesAfterARestart() throws IOException {
        for (int i = 0; i < 5; i++) {
            append(batch(42, 0, i, 1));
        }
        reopenCleanly(new Settings());

        for (int i = 0; i < 5; i++) {
            assertThat(log.append(batch(42, 0, i, 1), 0))
                    .isEqualTo(new AppendOutcome.Duplicate(i, i, -1));
        }
    }

    @Test
    void shouldRefuseWhatMayNotBeStored() throws IOException {
        ByteBuffer flipped = batch(PLAIN, 0, -1, 2);
        flipped.put(flipped.limit() - 3, (byte) (flipped.get(flipped.limit() - 3) ^ 1));
        ByteBuffer cut = batch(PLAIN, 0, -1, 2);
        cut.limit(cut.limit() - 1);
        ByteBuffer late = batch(PLAIN, 0, -1, 1, NOW_MS + 4_000_000, 10);

        assertRejected(log.append(flipped, 0), ErrorCode.CORRUPT_MESSAGE);
        assertRejected(log.append(cut, 0), ErrorCode.CORRUPT_MESSAGE);
        assertRejected(log.append(late, 0), ErrorCode.INVALID_TIMESTAMP);
        assertRejected(
                log.append(batch(PLAIN, 0, -1, 1, NOW_MS, 60_000), 0), ErrorCode.MESSAGE_TOO_LARGE);
        assertRejected(log.append(ByteBuffer.allocate(0), 0), ErrorCode.INVALID_RECORD);
        assertThat(log.logEndOffset()).isZero();
    }

    @Test
    void shouldGiveRecordsTheLogsTime() throws IOException {
        Settings settings = new Settings();
        settings.logAppendTime = true;
        configure(settings);

        AppendOutcome outcome = log.append(batch(42, 0, 0, 2, 5, 10), 0);

        assertThat(outcome).isEqualTo(new AppendOutcome.Appended(0, 1, NOW_MS));
        assertThat(log.append(batch(42, 0, 0, 2, 5, 10), 0))
                .isEqualTo(new AppendOutcome.Duplicate(0, 1, NOW_MS));
        assertThat(log.offsetForTimestamp(NOW_MS, 2).found().orElseThrow().offset()).isZero();
    }

    @Test
    void shouldReadFromTheBatchThatHoldsAnOffset() throws IOException {
        for (int i = 0; i < 300; i++) {
            append(batch(PLAIN, 0, -1, 3, NOW_MS + i, 100));
        }

        for (long offset = 0; offset < 900; offset++) {
            ByteBuffer read = read(offset, 900);
            assertThat(BatchHeader.baseOffset(read, 0)).isEqualTo(offset / 3 * 3);
            assertThat(BatchHeader.lastOffset(read, 0)).isEqualTo(offset / 3 * 3 + 2);
        }
    }

    @Test
    void shouldServeNoBatchBeyondTheBound() throws IOException {
        append(batch(PLAIN, 0, -1, 2));
        append(batch(PLAIN, 0, -1, 2));

        ByteBuffer read = read(0, 2);

        assertThat(read.limit()).isEqualTo(BatchHeader.sizeBytes(read, 0));
        assertThat(read(2, 2).limit()).isZero();
        assertThat(log.read(5, 4, 100, true)).isEqualTo(new ReadOutcome.OutOfRange(0, 4));
    }

    @Test
    void shouldExceedTheLimitForTheFirstBatchOnlyWhereAsked() throws IOException {
        append(batch(PLAIN, 0, -1, 1, NOW_MS, 1_000));

        assertThat(slice(log.read(0, 1, 10, false)).limit()).isEqualTo(10);
        assertThat(slice(log.read(0, 1, 10, true)).limit()).isGreaterThan(1_000);
    }

    @Test
    void shouldRollBySizeAndByTheTimeOfTheFirstRecord() throws IOException {
        Settings settings = new Settings();
        settings.segmentBytes = 5_000;
        settings.segmentMs = 60_000;
        configure(settings);
        for (int i = 0; i < 10; i++) {
            append(batch(PLAIN, 0, -1, 1, NOW_MS, 900));
        }
        assertThat(segments()).hasSize(2);

        append(batch(PLAIN, 0, -1, 1, NOW_MS + 60_001, 10));

        assertThat(segments())
                .containsExactly(
                        "00000000000000000000.log",
                        "00000000000000000005.log",
                        "00000000000000000010.log");
    }

    @Test
    void shouldKeepADeletedSegmentReadableForASendUnderWay() throws IOException {
        Settings settings = new Settings();
        settings.segmentBytes = 2_000;
        settings.retentionBytes = 1;
        configure(settings);
        for (int i = 0; i < 6; i++) {
            append(batch(PLAIN, 0, -1, 1, NOW_MS, 900));
        }
        ReadOutcome.Bytes sending = (ReadOutcome.Bytes) log.read(0, 6, 10_000, true);

        long freed = log.applyRetention(6);
        log.purgeDeleted(NOW_MS);
        assertThat(names()).anyMatch(name -> name.endsWith(".log.deleted"));
        assertThat(log.purgeDeleted(NOW_MS + 60_000)).isEqualTo(freed).isPositive();

        assertThat(names()).noneMatch(name -> name.endsWith(".deleted"));
        assertThat(log.logStartOffset()).isEqualTo(4);
        assertThat(log.read(0, 6, 100, true)).isEqualTo(new ReadOutcome.OutOfRange(4, 6));
        assertThat(BatchHeader.baseOffset(slice(sending), 0)).isZero();
    }

    @Test
    void shouldKeepWhatIsAboveTheHighWatermark() throws IOException {
        Settings settings = new Settings();
        settings.segmentBytes = 2_000;
        settings.retentionMs = 1_000;
        configure(settings);
        for (int i = 0; i < 6; i++) {
            append(batch(PLAIN, 0, -1, 1, NOW_MS, 900));
        }
        clock.wallMs = NOW_MS + 2_000;

        log.applyRetention(3);
        assertThat(log.logStartOffset()).isEqualTo(2);
        log.applyRetention(6);
        assertThat(log.logStartOffset()).isEqualTo(6);
        assertThat(log.logEndOffset()).isEqualTo(6);
    }

    @Test
    void shouldKeepTheDeletedStartOverARestart() throws IOException {
        for (int i = 0; i < 4; i++) {
            append(batch(PLAIN, 0, -1, 2));
        }
        log.deleteRecordsBefore(3);
        sync();

        crashAndReopen(new Settings());

        assertThat(log.logStartOffset()).isEqualTo(3);
        assertThat(log.logEndOffset()).isEqualTo(8);
        assertThat(BatchHeader.baseOffset(read(3, 8), 0)).isEqualTo(2);
    }
}
