package io.tidemark.partition.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.partition.replica.Replica.Transition;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicaTest {
    private static final int SELF = 1;

    private static final Replica.Rules RULES = new Replica.Rules(1, 10_000);
    private long now = 1;
    private final Replica replica = new Replica(SELF, 10, 0, RULES);

    @Test
    void shouldTakeTheRecoveredEndAsHighWatermarkWhenItLeadsAlone() {
        assertThat(replica.highWatermark()).isZero();

        assertThat(replica.apply(led(SELF, 5, SELF), true, now))
                .isEqualTo(Transition.STARTED_LEADING);

        assertThat(replica.leading()).isTrue();
        assertThat(replica.highWatermark()).isEqualTo(10);
    }

    @Test
    void shouldMoveTheHighWatermarkWithTheSlowestInSyncReplica() {
        replica.apply(led(SELF, 5, SELF, 2, 3), true, now);
        assertThat(replica.highWatermark()).isZero();

        fetched(2, 8);
        assertThat(fetched(3, 4)).isTrue();
        assertThat(replica.highWatermark()).isEqualTo(4);

        assertThat(replica.stored(20, now)).isFalse();
        assertThat(fetched(3, 30)).isTrue();
        assertThat(replica.highWatermark()).isEqualTo(8);
    }

    @Test
    void shouldNeverMoveTheHighWatermarkBack() {
        replica.apply(led(SELF, 5, SELF), true, now);

        replica.stored(3, now);
        replica.apply(led(SELF, 5, SELF, 2), true, now);
        fetched(2, 1);

        assertThat(replica.highWatermark()).isEqualTo(10);
    }

    @Test
    void shouldHoldTheHighWatermarkBelowMinInSync() {
        Replica strict = new Replica(SELF, 10, 0, new Replica.Rules(2, 10_000));
        strict.apply(led(SELF, 5, SELF), true, now);

        assertThat(strict.enoughInSync()).isFalse();
        assertThat(strict.stored(20, now)).isFalse();
        assertThat(strict.highWatermark()).isZero();

        strict.configure(RULES, now);
        assertThat(strict.enoughInSync()).isTrue();
        assertThat(strict.highWatermark()).isEqualTo(20);
    }

    @Test
    void shouldStopLeadingWhenItsSessionIsLost() {
        replica.apply(led(SELF, 5, SELF), true, now);

        assertThat(replica.apply(led(SELF, 5, SELF), false, now))
                .isEqualTo(Transition.STOPPED_LEADING);

        assertThat(replica.leading()).isFalse();
        assertThat(replica.leader()).isEqualTo(PartitionImage.NO_LEADER);
        assertThat(replica.apply(led(SELF, 5, SELF), true, now))
                .isEqualTo(Transition.STARTED_LEADING);
    }

    @Test
    void shouldIgnoreAnOlderEpoch() {
        replica.apply(led(2, 6, SELF, 2), true, now);

        assertThat(replica.apply(led(SELF, 5, SELF), true, now)).isEqualTo(Transition.NONE);

        assertThat(replica.leading()).isFalse();
        assertThat(replica.leader()).isEqualTo(2);
        assertThat(replica.leaderEpoch()).isEqualTo(6);
    }

    @Test
    void shouldStartAnewWhenItLeadsInANewerEpoch() {
        replica.apply(led(SELF, 5, SELF), true, now);

        assertThat(replica.apply(led(SELF, 5, SELF), true, now)).isEqualTo(Transition.NONE);
        assertThat(replica.apply(led(SELF, 6, SELF), true, now))
                .isEqualTo(Transition.STARTED_LEADING);
    }

    @Test
    void shouldFenceOldEpochsAndNotKnowNewOnes() {
        replica.apply(led(SELF, 5, SELF), true, now);

        assertThat(replica.checkEpoch(-1)).isEqualTo(ErrorCode.NONE);
        assertThat(replica.checkEpoch(5)).isEqualTo(ErrorCode.NONE);
        assertThat(replica.checkEpoch(4)).isEqualTo(ErrorCode.FENCED_LEADER_EPOCH);
        assertThat(replica.checkEpoch(6)).isEqualTo(ErrorCode.UNKNOWN_LEADER_EPOCH);
    }

    private boolean fetched(int node, long offset) {
        return replica.fetched(new ReplicaFetch(node, 1, true, offset, -1), now);
    }

    private static PartitionImage led(int leader, int epoch, Integer... isr) {
        return new PartitionImage(0, leader, epoch, epoch, List.of(isr), List.of(isr));
    }
}
