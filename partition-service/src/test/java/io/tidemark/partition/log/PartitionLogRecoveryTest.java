package io.tidemark.partition.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.environment.FileDisk;
import io.tidemark.partition.log.LogStore.RecoveryProgress;
import io.tidemark.partition.log.PartitionLog.AppendOutcome;
import io.tidemark.partition.log.PartitionLog.EpochEnd;
import io.tidemark.partition.log.PartitionLog.ReadOutcome;
import io.tidemark.partition.log.PartitionLog.Recovery;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/** Torn tails, damage, truncation, and folders that go or are not ours. */
class PartitionLogRecoveryTest extends PartitionLogFixture {

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
        flip(segment(0), from + 70, 4);

        open(new Settings(), Recovery.UNCLEAN);

        assertThat(log.logEndOffset()).isEqualTo(3);
        assertThat(log.corruption()).hasSize(1);
        assertThat(log.read(1, 3, 1_000, true)).isInstanceOf(ReadOutcome.Corrupt.class);
        assertThat(BatchHeader.lastOffset(read(0, 3), 0)).isZero();
        assertThat(read(0, 3).limit()).isEqualTo((int) from);
        assertThat(BatchHeader.baseOffset(read(2, 3), 0)).isEqualTo(2);
    }

    @Test
    void shouldNotLeadAReaderPastABatchWhoseLastOffsetHasChanged() throws IOException {
        append(batch(PLAIN, 0, -1, 1));
        long from = Files.size(segment(0));
        append(batch(PLAIN, 0, -1, 2));
        append(batch(PLAIN, 0, -1, 1));
        reopenCleanly(new Settings());
        flip(segment(0), from + BatchHeader.LAST_OFFSET_DELTA + 3, 1);

        ReadOutcome outcome = log.read(2, 4, 1_000, true);

        assertThat(outcome).isInstanceOf(ReadOutcome.Corrupt.class);
        assertThat(log.corruption()).hasSize(1);
        assertThat(BatchHeader.baseOffset(read(3, 4), 0)).isEqualTo(3);
    }

    static void flip(Path file, long position, int bits) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, position);
            one.put(0, (byte) (one.get(0) ^ bits)).flip();
            channel.write(one, position);
        }
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

        log.abandon();
        for (String retired : store.retire(store.stored())) {
            store.remove(retired);
        }

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
}
