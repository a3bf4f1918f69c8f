package io.tidemark.partition.log;

import static io.tidemark.partition.log.PartitionLogRecoveryTest.flip;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.partition.log.PartitionLog.AppendOutcome;
import io.tidemark.partition.log.PartitionLog.Gap;
import io.tidemark.partition.log.PartitionLog.ReadOutcome;
import io.tidemark.partition.log.PartitionLog.Recovery;
import io.tidemark.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class PartitionLogMendTest extends PartitionLogFixture {
    private static final long PRODUCER = 7;

    private byte[] whole = new byte[0];

    /** Ten batches of two records each; where batch 5 lies, and how long it is. */
    private int[] tenBatches() throws IOException {
        int from = 0;
        int to = 0;
        for (int i = 0; i < 10; i++) {
            from = i == 5 ? (int) Files.size(segment(0)) : from;
            append(batch(PRODUCER, 0, 2 * i, 2));
            to = i == 5 ? (int) Files.size(segment(0)) : to;
        }
        sync();
        whole = Files.readAllBytes(segment(0));
        return new int[] {from, to - from};
    }

    private ByteBuffer bytes(int from, int length) {
        return ByteBuffer.wrap(whole, from, length).slice();
    }

    @Test
    void shouldPutBackWhatWasDamagedAndLeaveTheRest() throws IOException {
        int[] place = tenBatches();
        flip(segment(0), place[0] + BatchHeader.LAST_OFFSET_DELTA + 3, 1);
        log.verify(10, 1 << 20);
        assertThat(log.read(10, 20, 1_000, true)).isInstanceOf(ReadOutcome.Corrupt.class);
        assertThat(log.firstGap()).contains(new Gap(10, 12, place[1]));

        // more than was asked for, as leaders answer
        assertThat(log.mend(bytes(place[0], whole.length - place[0]))).isEmpty();

        assertThat(log.corruption()).isEmpty();
        assertThat(log.firstGap()).isEmpty();
        assertThat(Files.readAllBytes(segment(0))).isEqualTo(whole);
        assertThat(read(0, 20).limit()).isEqualTo(whole.length);
        crashAndReopen(new Settings());
        assertThat(log.corruption()).isEmpty();
    }

    @Test
    void shouldFindAndPutBackADamagedLeaderEpochWhichNoCrcCovers() throws IOException {
        int[] place = tenBatches();
        store.checkpoint();
        log.close();
        flip(segment(0), place[0] + BatchHeader.LEADER_EPOCH, 1);

        open(new Settings(), Recovery.CLEAN);
        log.verify(10, 1 << 20);

        assertThat(log.firstGap()).contains(new Gap(10, 12, place[1]));
        assertThat(log.read(10, 20, 1_000, true)).isInstanceOf(ReadOutcome.Corrupt.class);
        assertThat(log.mend(bytes(place[0], place[1]))).isEmpty();
        assertThat(Files.readAllBytes(segment(0))).isEqualTo(whole);
        assertThat(log.latestLeaderEpoch()).isZero();
    }

    @Test
    void shouldTakeAGapPieceByPiece() throws IOException {
        int[] place = tenBatches();
        int length = place[1];
        flip(segment(0), place[0] + 70, 1);
        flip(segment(0), place[0] + length + 70, 1);
        log.verify(10, 1 << 20);
        Gap gap = log.firstGap().orElseThrow();
        assertThat(gap).isEqualTo(new Gap(10, 14, 2 * length));

        assertThat(log.mend(bytes(place[0], length + 30))).isEmpty();
        assertThat(log.firstGap()).contains(new Gap(12, 14, length));
        assertThat(log.mend(bytes(place[0] + length, length))).isEmpty();

        assertThat(log.firstGap()).isEmpty();
        assertThat(Files.readAllBytes(segment(0))).isEqualTo(whole);
    }

    @Test
    void shouldRefuseWhatDoesNotBelongThere() throws IOException {
        int[] place = tenBatches();
        flip(segment(0), place[0] + 70, 1);
        byte[] damaged = Files.readAllBytes(segment(0));
        log.verify(10, 1 << 20);

        assertThat(log.mend(bytes(place[0] + place[1], place[1])).orElseThrow())
                .contains("12 to 13");
        ByteBuffer otherEpoch = ByteBuffer.wrap(whole.clone(), place[0], place[1]).slice();
        BatchHeader.setLeaderEpoch(otherEpoch, 0, 3);
        assertThat(log.mend(otherEpoch).orElseThrow()).contains("epoch 3");
        ByteBuffer longer = batch(PLAIN, 0, -1, 2, NOW_MS, 30);
        BatchHeader.setBaseOffset(longer, 0, 10);
        BatchHeader.setLeaderEpoch(longer, 0, 0);
        assertThat(log.mend(longer).orElseThrow()).contains("do not fit");
        ByteBuffer alsoDamaged = ByteBuffer.wrap(damaged, place[0], place[1]).slice();
        assertThat(log.mend(alsoDamaged)).isPresent();
        assertThat(log.mend(ByteBuffer.allocate(0))).isPresent();

        assertThat(Files.readAllBytes(segment(0))).isEqualTo(damaged);
        assertThat(log.corruption()).hasSize(1);
    }

    @Test
    void shouldKnowAProducersLastBatchAgain() throws IOException {
        tenBatches();
        append(batch(8, 0, 0, 1));
        append(batch(8, 0, 1, 1));
        append(batch(PRODUCER, 0, 20, 1));
        sync();
        byte[] all = Files.readAllBytes(segment(0));
        int length = (int) batch(8, 0, 0, 1).remaining();
        int last = all.length - 2 * length;
        store.checkpoint();
        log.abandon();
        flip(segment(0), last + 65, 1); // what producer 8 sent last
        open(new Settings(), Recovery.UNCLEAN);
        assertThat(log.corruption()).hasSize(1);
        assertThat(log.append(batch(8, 0, 2, 1), 0)).isInstanceOf(AppendOutcome.Rejected.class);

        assertThat(log.mend(ByteBuffer.wrap(all, last, length).slice())).isEmpty();

        assertThat(log.append(batch(8, 0, 1, 1), 0))
                .isEqualTo(new AppendOutcome.Duplicate(21, 21, -1));
        append(batch(8, 0, 2, 1));
    }
}
