package io.tidemark.partition.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.tidemark.environment.Clock;
import io.tidemark.environment.FileDisk;
import io.tidemark.partition.log.LogStore.RecoveryProgress;
import io.tidemark.partition.log.PartitionLog.AppendOutcome;
import io.tidemark.partition.log.PartitionLog.EpochEnd;
import io.tidemark.partition.log.PartitionLog.ReadOutcome;
import io.tidemark.partition.log.PartitionLog.Recovery;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.BatchBuilder;
import io.tidemark.protocol.record.BatchHeader;
import io.tidemark.protocol.record.Compression;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log on a real file system; its crashes are the testkit's simulation. */
class PartitionLogTest {
    private static final long NOW_MS = 1_700_000_000_000L;
    private static final Uuid TOPIC_ID = new Uuid(3, 4);
    private static final long PLAIN = BatchHeader.NO_PRODUCER_ID;

    @TempDir private Path folder;
    private final SettableClock clock = new SettableClock();
    private LogStore store;
    private PartitionLog log;

    private static final class SettableClock implements Clock {
        private long wallMs = NOW_MS;

        @Override
        public long wallMs() {
            return wallMs;
        }

        @Override
        public long nanos() {
            return 0;
        }
    }

    private static final class Settings {
        private int segmentBytes = 1 << 20;
        private long segmentMs = -1;
        private long retentionMs = -1;
        private long retentionBytes = -1;
        private boolean logAppendTime;
        private long afterMaxMs = 3_600_000;

        private LogConfig build() {
            return new LogConfig(
                    segmentBytes,
                    segmentMs,
                    4_096,
                    10 << 20,
                    retentionMs,
                    retentionBytes,
                    50_000,
                    true,
                    logAppendTime,
                    -1,
                    afterMaxMs,
                    -1,
                    -1,
                    60_000,
                    86_400_000);
        }
    }

    @BeforeEach
    void openLog() throws IOException {
        open(new Settings(), Recovery.UNCLEAN);
    }

    private void open(Settings settings, Recovery recovery) throws IOException {
        store = LogStore.open(new FileDisk(folder), clock);
        log =
                store.openLog(
                        "orders",
                        0,
                        TOPIC_ID,
                        settings.build(),
                        recovery,
                        RecoveryProgress.IGNORED);
    }

    private void configure(Settings settings) {
        log.configure(settings.build());
    }

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
        assertThat(log.offsetForTimestamp(NOW_MS, 2).orElseThrow().offset()).isZero();
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

    @Test
    void shouldCutATornTail() throws IOException {
        append(batch(PLAIN, 0, -1, 2));
        append(batch(PLAIN, 0, -1, 2));
        long size = Files.size(segment(0));
        log.abandon();
        try (FileChannel file = FileChannel.open(segment(0), StandardOpenOption.WRITE)) {
            file.truncate(size - 5);
        }

        open(new Settings(), Recovery.UNCLEAN);

        assertThat(log.logEndOffset()).isEqualTo(2);
        assertThat(log.corruption()).isEmpty();
        append(batch(PLAIN, 0, -1, 1));
        assertThat(log.logEndOffset()).isEqualTo(3);
    }

    @Test
    void shouldReportAFlippedBitInTheMiddleAndServeTheRest() throws IOException {
        append(batch(PLAIN, 0, -1, 1));
        long from = Files.size(segment(0));
        append(batch(PLAIN, 0, -1, 1));
        append(batch(PLAIN, 0, -1, 1));
        log.abandon();
        try (FileChannel file =
                FileChannel.open(segment(0), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, from + 70);
            one.put(0, (byte) (one.get(0) ^ 4)).flip();
            file.write(one, from + 70);
        }

        open(new Settings(), Recovery.UNCLEAN);

        assertThat(log.logEndOffset()).isEqualTo(3);
        assertThat(log.corruption()).hasSize(1);
        assertThat(log.read(1, 3, 1_000, true)).isInstanceOf(ReadOutcome.Corrupt.class);
        assertThat(BatchHeader.lastOffset(read(0, 3), 0)).isZero();
        assertThat(read(0, 3).limit()).isEqualTo((int) from);
        assertThat(BatchHeader.baseOffset(read(2, 3), 0)).isEqualTo(2);
    }

    @Test
    void shouldNotGiveOutOffsetsAgainThatWereDurable() throws IOException {
        for (int i = 0; i < 5; i++) {
            append(batch(PLAIN, 0, -1, 1));
        }
        sync();
        store.checkpoint();
        log.abandon();
        try (FileChannel file = FileChannel.open(segment(0), StandardOpenOption.WRITE)) {
            file.truncate(Files.size(segment(0)) / 2);
        }

        open(new Settings(), Recovery.UNCLEAN);

        assertThat(log.logEndOffset()).isEqualTo(5);
        assertThat(log.corruption()).hasSize(1);
        assertThat(log.append(batch(PLAIN, 0, -1, 1), 0))
                .isEqualTo(new AppendOutcome.Appended(5, 5, -1));
        assertThat(log.read(4, 6, 100, true)).isInstanceOf(ReadOutcome.Corrupt.class);
        assertThat(BatchHeader.baseOffset(read(5, 6), 0)).isEqualTo(5);
    }

    @Test
    void shouldAnswerEndsOfEpochs() throws IOException {
        log.startLeaderEpoch(1);
        append(batch(PLAIN, 0, -1, 3));
        assertThat(log.append(batch(PLAIN, 0, -1, 2), 4))
                .isInstanceOf(AppendOutcome.Appended.class);

        assertThat(log.endOffsetForEpoch(1)).isEqualTo(new EpochEnd(1, 3));
        assertThat(log.endOffsetForEpoch(3)).isEqualTo(new EpochEnd(1, 3));
        assertThat(log.endOffsetForEpoch(4)).isEqualTo(new EpochEnd(4, 5));
        assertThat(log.endOffsetForEpoch(5)).isEqualTo(new EpochEnd(-1, -1));
        assertThat(log.leaderEpochOf(2)).isEqualTo(1);
        assertThat(log.leaderEpochOf(3)).isEqualTo(4);
    }

    @Test
    void shouldCutWholeBatchesAndTheirProducers() throws IOException {
        append(batch(42, 0, 0, 2));
        append(batch(42, 0, 2, 2));
        sync();

        log.truncateTo(3);

        assertThat(log.logEndOffset()).isEqualTo(2);
        assertThat(log.flushedEndOffset()).isEqualTo(2);
        append(batch(42, 0, 2, 2));
        crashAndReopen(new Settings());
        assertThat(log.logEndOffset()).isEqualTo(4);
        assertThat(log.corruption()).isEmpty();
    }

    @Test
    void shouldBeginAtItsStartWhenTheBatchAroundItIsCut() throws IOException {
        append(batch(PLAIN, 0, -1, 4));
        log.deleteRecordsBefore(2);

        log.truncateTo(3);

        assertThat(log.logStartOffset()).isEqualTo(2);
        assertThat(log.logEndOffset()).isEqualTo(2);
        append(batch(PLAIN, 0, -1, 1));
        assertThat(BatchHeader.baseOffset(read(2, 3), 0)).isEqualTo(2);
    }

    @Test
    void shouldTakeWhatALeaderSent() throws IOException {
        append(batch(PLAIN, 0, -1, 2));
        ByteBuffer sent = batch(42, 0, 0, 3);
        BatchHeader.setBaseOffset(sent, 0, 2);
        BatchHeader.setLeaderEpoch(sent, 0, 6);

        assertThat(log.appendAsFollower(sent)).isEqualTo(new AppendOutcome.Appended(2, 4, -1));

        assertThat(log.latestLeaderEpoch()).isEqualTo(6);
        assertThat(log.producers()).hasSize(1);
        assertRejected(log.appendAsFollower(sent), ErrorCode.CORRUPT_MESSAGE);
    }

    @Test
    void shouldForgetIdleProducersByTheLogsTime() throws IOException {
        append(batch(42, 0, 0, 1, 5, 10));
        clock.wallMs = NOW_MS + 86_400_000;
        log.expireProducers();
        assertThat(log.producers()).hasSize(1);

        clock.wallMs = NOW_MS + 86_400_001;
        log.expireProducers();

        assertThat(log.producers()).isEmpty();
    }

    @Test
    void shouldRemoveTheFolderOfADeletedLog() throws IOException {
        append(batch(PLAIN, 0, -1, 1));
        assertThat(store.stored())
                .containsExactly(new LogStore.StoredPartition("orders", 0, TOPIC_ID));

        log.delete();

        assertThat(Files.exists(folder.resolve("orders-0"))).isFalse();
        assertThat(store.stored()).isEmpty();
        open(new Settings(), Recovery.UNCLEAN);
        assertThat(log.logEndOffset()).isZero();
    }

    @Test
    void shouldMoveAStrayFolderOutOfTheWay() throws IOException {
        log.close();

        store.moveStray(store.stored().getFirst());

        assertThat(store.stored()).isEmpty();
        assertThat(new FileDisk(folder).list(""))
                .anyMatch(name -> name.startsWith("orders-0.") && name.endsWith("-stray"));
    }

    @Test
    void shouldRefuseAFolderOfAnotherTopic() throws IOException {
        log.close();

        assertThatThrownBy(
                        () ->
                                store.openLog(
                                        "orders",
                                        0,
                                        new Uuid(5, 6),
                                        new Settings().build(),
                                        Recovery.CLEAN,
                                        RecoveryProgress.IGNORED))
                .isInstanceOf(IllegalStateException.class);
    }

    private void sync() throws IOException {
        PartitionLog.SyncTicket ticket = log.prepareSync();
        ticket.run();
        log.synced(ticket);
        assertThat(ticket.complete()).isTrue();
    }

    private void reopenCleanly(Settings settings) throws IOException {
        log.close();
        store.checkpoint();
        open(settings, Recovery.CLEAN);
    }

    private void crashAndReopen(Settings settings) throws IOException {
        log.abandon();
        open(settings, Recovery.UNCLEAN);
    }

    private void append(ByteBuffer batch) throws IOException {
        assertThat(log.append(batch, 0)).isInstanceOf(AppendOutcome.Appended.class);
    }

    private static void assertRejected(AppendOutcome outcome, ErrorCode error) {
        assertThat(outcome).isInstanceOf(AppendOutcome.Rejected.class);
        assertThat(((AppendOutcome.Rejected) outcome).error()).isEqualTo(error.number());
    }

    private ByteBuffer read(long offset, long endOffset) throws IOException {
        return slice(log.read(offset, endOffset, 1 << 20, true));
    }

    private static ByteBuffer slice(ReadOutcome outcome) throws IOException {
        ReadOutcome.Bytes found = (ReadOutcome.Bytes) outcome;
        ByteBuffer bytes = ByteBuffer.allocate(found.length());
        found.file().read(bytes, found.position());
        found.release();
        return bytes.flip();
    }

    private Path segment(long baseOffset) {
        return folder.resolve("orders-0").resolve(LogFolder.fileName(baseOffset, LogFolder.LOG));
    }

    private List<String> names() throws IOException {
        return new FileDisk(folder).list("orders-0");
    }

    private List<String> segments() throws IOException {
        return names().stream().filter(name -> name.endsWith(".log")).toList();
    }

    private static ByteBuffer batch(long producerId, int epoch, int sequence, int records) {
        return batch(producerId, epoch, sequence, records, NOW_MS, 20);
    }

    private static ByteBuffer batch(
            long producerId, int epoch, int sequence, int records, long timestampMs, int bytes) {
        BatchBuilder builder =
                new BatchBuilder(UnpooledByteBufAllocator.DEFAULT, Compression.NONE, 256);
        for (int i = 0; i < records; i++) {
            builder.append(timestampMs, null, Unpooled.wrappedBuffer(new byte[bytes]), List.of());
        }
        ByteBuf built = builder.build(producerId, producerId < 0 ? -1 : (short) epoch, sequence);
        ByteBuffer batch = ByteBuffer.allocate(built.readableBytes());
        built.readBytes(batch);
        built.release();
        return batch.flip();
    }
}
