package io.tidemark.partition.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.partition.replica.Replica.Ready;
import io.tidemark.partition.replica.Replica.Transition;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicaTest extends ReplicaFixture {

    // ---- the high watermark

    @Test
    void shouldTakeTheRecoveredEndAsHighWatermarkWhenItLeadsAlone() {
        assertThat(replica.highWatermark()).isZero();

        assertThat(apply(led(SELF, 5, SELF))).isEqualTo(Transition.STARTED_LEADING);

        assertThat(replica.leading()).isTrue();
        assertThat(replica.highWatermark()).isEqualTo(10);
    }

    @Test
    void shouldGoOnFromTheHighWatermarkItKnewButNotBeyondItsLog() {
        assertThat(new Replica(SELF, 10, 7, RULES).highWatermark()).isEqualTo(7);
        assertThat(new Replica(SELF, 10, 12, RULES).highWatermark()).isEqualTo(10);
    }

    @Test
    void shouldMoveTheHighWatermarkWithTheSlowestInSyncReplica() {
        apply(led(SELF, 5, SELF, 2, 3));
        assertThat(replica.highWatermark()).isZero();

        fetched(2, 8);
        assertThat(fetched(3, 4)).isTrue();
        assertThat(replica.highWatermark()).isEqualTo(4);

        replica.stored(20, now);
        assertThat(moved()).isFalse();
        assertThat(fetched(3, 30)).isTrue();
        assertThat(replica.highWatermark()).isEqualTo(8);
    }

    @Test
    void shouldCountItsOwnEndOnlyWhenItIsSafe() {
        apply(led(SELF, 5, SELF, 2));
        replica.written(15);
        fetched(2, 15);

        assertThat(replica.highWatermark()).isEqualTo(10);

        replica.stored(15, now);
        assertThat(moved()).isTrue();
        assertThat(replica.highWatermark()).isEqualTo(15);
    }

    @Test
    void shouldSayOnceWhatIsToBeDone() {
        replica.apply(led(SELF, 5, SELF, 2), true, now);
        assertThat(replica.ready()).as("it serves").isEqualTo(Ready.HIGH_WATERMARK_MOVED);
        assertThat(replica.ready()).isEqualTo(Ready.NOTHING);

        replica.stored(15, now);
        assertThat(replica.ready()).isEqualTo(Ready.OWN_END_MOVED);
        replica.stored(20, now);
        replica.fetched(fetch(2, 12), now);
        assertThat(replica.ready()).isEqualTo(Ready.HIGH_WATERMARK_MOVED);
        assertThat(replica.ready()).isEqualTo(Ready.NOTHING);
    }

    @Test
    void shouldSayThatMoreIsCommittedWhenASmallerInSyncSetIsDecided() {
        apply(led(SELF, 5, SELF, 2));
        replica.stored(20, now);
        fetched(2, 12);

        replica.apply(next(led(SELF, 5, SELF)), true, now);

        assertThat(replica.highWatermark()).isEqualTo(20);
        assertThat(moved()).isTrue();
    }

    @Test
    void shouldNeverMoveTheHighWatermarkBack() {
        apply(led(SELF, 5, SELF));
        assertThat(replica.highWatermark()).isEqualTo(10);

        apply(next(led(SELF, 5, SELF, 2)));
        fetched(2, 1);
        replica.stored(3, now);

        assertThat(replica.highWatermark()).isEqualTo(10);
    }

    @Test
    void shouldHoldTheHighWatermarkBelowMinInSync() {
        Replica strict = new Replica(SELF, 10, 0, new Replica.Rules(2, LAG));
        strict.apply(led(SELF, 5, SELF), true, now);

        assertThat(strict.enoughInSync()).isFalse();
        strict.ready();
        strict.stored(20, now);
        assertThat(moved(strict)).isFalse();
        assertThat(strict.highWatermark()).isZero();

        strict.configure(RULES, now);
        assertThat(strict.enoughInSync()).isTrue();
        assertThat(strict.highWatermark()).isEqualTo(20);
    }

    @Test
    void shouldForgetWhatReplicasHadWhenANewEpochBegins() {
        apply(led(SELF, 5, SELF, 2));
        fetched(2, 5);
        assertThat(replica.highWatermark()).isEqualTo(5);

        apply(led(SELF, 6, SELF, 2));
        replica.stored(20, now);
        assertThat(moved()).isFalse();

        assertThat(replica.highWatermark()).isEqualTo(5);
        fetched(2, 20);
        assertThat(replica.highWatermark()).isEqualTo(20);
    }

    @Test
    void shouldNotKnowTheHighWatermarkBeforeItReachesTheEpochsStart() {
        apply(led(SELF, 5, SELF, 2));
        assertThat(replica.highWatermarkIsKnown()).isFalse();

        fetched(2, 9);
        assertThat(replica.highWatermarkIsKnown()).isFalse();
        fetched(2, 10);
        assertThat(replica.highWatermarkIsKnown()).isTrue();
    }

    @Test
    void shouldFollowItsLeadersHighWatermarkAsFarAsItsLogGoes() {
        apply(led(2, 5, SELF, 2));

        replica.told(7, now);
        assertThat(moved()).isTrue();
        assertThat(replica.highWatermark()).isEqualTo(7);
        replica.told(15, now);
        assertThat(replica.highWatermark()).isEqualTo(10);
        replica.stored(12, now);
        assertThat(moved()).isTrue();
        assertThat(replica.highWatermark()).isEqualTo(12);
        replica.told(3, now);
        assertThat(moved()).isFalse();
    }

    @Test
    void shouldLoseWhatIsCutOff() {
        apply(led(2, 5, SELF, 2));
        replica.told(10, now);

        replica.truncated(6);

        assertThat(replica.highWatermark()).isEqualTo(6);
        assertThat(replica.ownEnd()).isEqualTo(6);
        replica.stored(9, now);
        assertThat(replica.highWatermark()).isEqualTo(6);
    }

    // ---- roles

    @Test
    void shouldStopLeadingWhenItsSessionIsLost() {
        apply(led(SELF, 5, SELF));

        assertThat(replica.apply(led(SELF, 5, SELF), false, now))
                .isEqualTo(Transition.STOPPED_LEADING);

        assertThat(replica.leading()).isFalse();
        assertThat(replica.leader()).isEqualTo(PartitionImage.NO_LEADER);
        assertThat(apply(led(SELF, 5, SELF))).isEqualTo(Transition.STARTED_LEADING);
    }

    @Test
    void shouldFollowWhoLeads() {
        assertThat(apply(led(2, 5, SELF, 2))).isEqualTo(Transition.FOLLOWS_ANEW);
        assertThat(replica.following()).isTrue();
        assertThat(apply(next(led(2, 5, 2)))).isEqualTo(Transition.NONE);
        assertThat(apply(led(3, 6, SELF, 3))).isEqualTo(Transition.FOLLOWS_ANEW);
        assertThat(replica.leader()).isEqualTo(3);

        assertThat(apply(led(PartitionImage.NO_LEADER, 7, SELF)))
                .isEqualTo(Transition.FOLLOWS_ANEW);
        assertThat(replica.following()).isFalse();
        assertThat(apply(led(SELF, 8, SELF))).isEqualTo(Transition.STARTED_LEADING);
        assertThat(apply(led(2, 9, SELF, 2))).isEqualTo(Transition.STOPPED_LEADING);
        assertThat(replica.following()).isTrue();
    }

    @Test
    void shouldNotFollowWhereItIsNoReplicaAnyMore() {
        apply(led(2, 5, SELF, 2));

        apply(led(List.of(2, 3), 2, 6, 2));

        assertThat(replica.following()).isFalse();
    }

    @Test
    void shouldIgnoreOlderDecisions() {
        apply(led(2, 6, SELF, 2));

        assertThat(apply(led(SELF, 5, SELF))).isEqualTo(Transition.NONE);
        assertThat(replica.leader()).isEqualTo(2);
        assertThat(replica.leaderEpoch()).isEqualTo(6);

        apply(led(SELF, 7, SELF, 2));
        apply(next(led(SELF, 7, SELF)));
        assertThat(replica.highWatermark()).isEqualTo(10);
        apply(led(SELF, 7, SELF, 2)); // before the last one
        replica.stored(12, now);
        assertThat(replica.highWatermark()).isEqualTo(12);
    }

    @Test
    void shouldStartAnewWhenItLeadsInANewerEpoch() {
        apply(led(SELF, 5, SELF));

        assertThat(apply(led(SELF, 5, SELF))).isEqualTo(Transition.NONE);
        assertThat(apply(led(SELF, 6, SELF))).isEqualTo(Transition.STARTED_LEADING);
    }

    @Test
    void shouldNotLeadWhileItIsBarred() {
        apply(led(SELF, 5, SELF, 2));
        replica.bar(true);

        assertThat(apply(led(SELF, 5, SELF, 2))).isEqualTo(Transition.STOPPED_LEADING);
        assertThat(apply(led(SELF, 6, SELF, 2))).isEqualTo(Transition.FOLLOWS_ANEW);
        assertThat(replica.leading()).isFalse();

        replica.bar(false);
        assertThat(apply(led(SELF, 6, SELF, 2))).isEqualTo(Transition.STARTED_LEADING);
    }

    @Test
    void shouldFenceOldEpochsAndNotKnowNewOnes() {
        apply(led(SELF, 5, SELF));

        assertThat(replica.checkEpoch(-1)).isEqualTo(ErrorCode.NONE);
        assertThat(replica.checkEpoch(5)).isEqualTo(ErrorCode.NONE);
        assertThat(replica.checkEpoch(4)).isEqualTo(ErrorCode.FENCED_LEADER_EPOCH);
        assertThat(replica.checkEpoch(6)).isEqualTo(ErrorCode.UNKNOWN_LEADER_EPOCH);
    }

    @Test
    void shouldSendReadersToTheClosestInSyncReplicaThatHasWhatTheyWant() {
        apply(led(List.of(SELF, 2, 3, 4), SELF, 5, SELF, 2, 3));
        fetched(2, 6);
        fetched(3, 8);
        fetched(4, 10);

        assertThat(replica.closest(node -> node != 3, 5)).hasValue(2);
        assertThat(replica.closest(node -> true, 5)).hasValue(3);
        assertThat(replica.closest(node -> node == 2, 7)).isEmpty();
        assertThat(replica.closest(node -> node == 4, 5)).isEmpty();
    }
}
