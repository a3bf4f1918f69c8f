package io.tidemark.partition.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.partition.replica.Replica.Transition;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicaTest {
    private static final int SELF = 1;

    private final Replica replica = new Replica(SELF, 10, 1);

    @Test
    void shouldTakeTheRecoveredEndAsHighWatermarkWhenItLeadsAlone() {
        assertThat(replica.highWatermark()).isZero();

        assertThat(replica.apply(led(SELF, 5, SELF), true)).isEqualTo(Transition.STARTED_LEADING);

        assertThat(replica.leading()).isTrue();
        assertThat(replica.highWatermark()).isEqualTo(10);
    }

    @Test
    void shouldMoveTheHighWatermarkWithTheSlowestInSyncReplica() {
        replica.apply(led(SELF, 5, SELF, 2, 3), true);
        assertThat(replica.highWatermark()).isZero();

        replica.progress(2, 8);
        assertThat(replica.progress(3, 4)).isTrue();
        assertThat(replica.highWatermark()).isEqualTo(4);

        assertThat(replica.progress(SELF, 20)).isFalse();
        assertThat(replica.progress(3, 30)).isTrue();
        assertThat(replica.highWatermark()).isEqualTo(8);
    }

    @Test
    void shouldNeverMoveTheHighWatermarkBack() {
        replica.apply(led(SELF, 5, SELF), true);

        replica.progress(SELF, 3);
        replica.apply(led(SELF, 5, SELF, 2), true);
        replica.progress(2, 1);

        assertThat(replica.highWatermark()).isEqualTo(10);
    }

    @Test
    void shouldHoldTheHighWatermarkBelowMinInSync() {
        Replica strict = new Replica(SELF, 10, 2);
        strict.apply(led(SELF, 5, SELF), true);

        assertThat(strict.enoughInSync()).isFalse();
        assertThat(strict.progress(SELF, 20)).isFalse();
        assertThat(strict.highWatermark()).isZero();

        strict.configure(1);
        assertThat(strict.enoughInSync()).isTrue();
        assertThat(strict.highWatermark()).isEqualTo(20);
    }

    @Test
    void shouldStopLeadingWhenItsSessionIsLost() {
        replica.apply(led(SELF, 5, SELF), true);

        assertThat(replica.apply(led(SELF, 5, SELF), false)).isEqualTo(Transition.STOPPED_LEADING);

        assertThat(replica.leading()).isFalse();
        assertThat(replica.leader()).isEqualTo(PartitionImage.NO_LEADER);
        assertThat(replica.apply(led(SELF, 5, SELF), true)).isEqualTo(Transition.STARTED_LEADING);
    }

    @Test
    void shouldIgnoreAnOlderEpoch() {
        replica.apply(led(2, 6, SELF, 2), true);

        assertThat(replica.apply(led(SELF, 5, SELF), true)).isEqualTo(Transition.NONE);

        assertThat(replica.leading()).isFalse();
        assertThat(replica.leader()).isEqualTo(2);
        assertThat(replica.leaderEpoch()).isEqualTo(6);
    }

    @Test
    void shouldStartAnewWhenItLeadsInANewerEpoch() {
        replica.apply(led(SELF, 5, SELF), true);

        assertThat(replica.apply(led(SELF, 5, SELF), true)).isEqualTo(Transition.NONE);
        assertThat(replica.apply(led(SELF, 6, SELF), true)).isEqualTo(Transition.STARTED_LEADING);
    }

    @Test
    void shouldFenceOldEpochsAndNotKnowNewOnes() {
        replica.apply(led(SELF, 5, SELF), true);

        assertThat(replica.checkEpoch(-1)).isEqualTo(ErrorCode.NONE);
        assertThat(replica.checkEpoch(5)).isEqualTo(ErrorCode.NONE);
        assertThat(replica.checkEpoch(4)).isEqualTo(ErrorCode.FENCED_LEADER_EPOCH);
        assertThat(replica.checkEpoch(6)).isEqualTo(ErrorCode.UNKNOWN_LEADER_EPOCH);
    }

    private static PartitionImage led(int leader, int epoch, Integer... isr) {
        return new PartitionImage(0, leader, epoch, epoch, List.of(isr), List.of(isr));
    }
}
