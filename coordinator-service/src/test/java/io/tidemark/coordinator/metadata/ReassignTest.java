package io.tidemark.coordinator.metadata;

import static io.tidemark.coordinator.metadata.DecidingCluster.expect;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReassignTest {
    private final DecidingCluster cluster = DecidingCluster.of(1, 2, 3, 4, 5);

    @Test
    void shouldMoveToTheTargetOnceAllOfItIsInSync() {
        cluster.create("x", 2, 1, 2, 3);
        expect(cluster.reassign("x", 4, 5, 3), ErrorCode.NONE);
        assertThat(cluster.partition("x"))
                .isEqualTo(
                        new PartitionImage(
                                0,
                                1,
                                0,
                                1,
                                List.of(4, 5, 3, 1, 2),
                                List.of(3, 1, 2),
                                List.of(),
                                List.of(4, 5),
                                List.of(1, 2)));
        expect(cluster.alterIsr("x", 1, 2, 3, 4), ErrorCode.NONE);
        assertThat(cluster.partition("x").reassigning()).isTrue();
        expect(cluster.alterIsr("x", 1, 2, 3, 4, 5), ErrorCode.NONE);
        assertThat(cluster.partition("x"))
                .as("the leader went, so the first of the target leads")
                .isEqualTo(new PartitionImage(0, 4, 1, 3, List.of(4, 5, 3), List.of(4, 5, 3)));
    }

    @Test
    void shouldKeepALeaderThatStays() {
        cluster.create("x", 1, 1, 2);
        cluster.reassign("x", 3, 1);
        cluster.alterIsr("x", 1, 2, 3);
        assertThat(cluster.partition("x"))
                .isEqualTo(new PartitionImage(0, 1, 0, 2, List.of(3, 1), List.of(3, 1)));
    }

    @Test
    void shouldWaitForTargetsThatWereReplicasBefore() {
        cluster.create("x", 1, 1, 2, 3);
        cluster.fence(3);
        cluster.reassign("x", 4, 3);
        cluster.alterIsr("x", 1, 2, 4);
        assertThat(cluster.partition("x").reassigning()).isTrue();
        cluster.resume(3);
        cluster.alterIsr("x", 1, 2, 3, 4);
        cluster.expect("x", 4, List.of(4, 3), List.of());
        assertThat(cluster.partition("x").reassigning()).isFalse();
    }

    @Test
    void shouldShrinkAndReorderAtOnce() {
        cluster.create("x", 1, 1, 2, 3);
        expect(cluster.reassign("x", 3, 2, 1), ErrorCode.NONE);
        assertThat(cluster.partition("x").replicas()).containsExactly(3, 2, 1);
        expect(cluster.reassign("x", 2), ErrorCode.NONE);
        assertThat(cluster.partition("x"))
                .isEqualTo(new PartitionImage(0, 2, 1, 2, List.of(2), List.of(2)));
        expect(cluster.reassign("x", 2), ErrorCode.NONE);
        assertThat(cluster.partition("x").partitionEpoch()).isEqualTo(2);
    }

    @Test
    void shouldTakeBackWhatIsUnderWay() {
        cluster.create("x", 2, 1, 2, 3);
        expect(cluster.reassign("x", Optional.empty()), ErrorCode.NO_REASSIGNMENT_IN_PROGRESS);
        cluster.reassign("x", 4, 5, 3);
        cluster.alterIsr("x", 1, 2, 3, 4);
        cluster.fence(1);
        cluster.expect("x", 4, List.of(4, 3, 2), List.of());
        expect(cluster.reassign("x", Optional.empty()), ErrorCode.NONE);
        assertThat(cluster.partition("x").replicas()).containsExactly(3, 1, 2);
        assertThat(cluster.partition("x").reassigning()).isFalse();
        cluster.expect("x", 3, List.of(3, 2), List.of());
    }

    @Test
    void shouldFollowAChangedTarget() {
        cluster.create("x", 2, 1, 2);
        cluster.reassign("x", 3, 4);
        cluster.alterIsr("x", 1, 2, 3);
        expect(cluster.reassign("x", 5, 2), ErrorCode.NONE);
        assertThat(cluster.partition("x"))
                .isEqualTo(
                        new PartitionImage(
                                0,
                                1,
                                0,
                                3,
                                List.of(5, 2, 1),
                                List.of(2, 1),
                                List.of(),
                                List.of(5),
                                List.of(1)));
    }

    @Test
    void shouldNotTakeBackWhatWouldCostTheLastReplicaInSync() {
        cluster.create("x", 1, 1, 2);
        cluster.reassign("x", 3, 4);
        cluster.alterIsr("x", 1, 3);
        cluster.fence(1);
        cluster.expect("x", 3, List.of(3), List.of());
        expect(cluster.reassign("x", Optional.empty()), ErrorCode.INVALID_REPLICA_ASSIGNMENT);
        cluster.expect("x", 3, List.of(3), List.of());
    }

    @Test
    void shouldNotTakeBackWhatLeavesTooFewInSyncToAcknowledge() {
        cluster.create("x", 2, 1, 2);
        cluster.reassign("x", 3, 4);
        cluster.alterIsr("x", 1, 3);
        expect(cluster.reassign("x", Optional.empty()), ErrorCode.INVALID_REPLICA_ASSIGNMENT);
        expect(cluster.reassign("x", 4, 1), ErrorCode.INVALID_REPLICA_ASSIGNMENT);
        assertThat(cluster.partition("x").isr()).containsExactly(3, 1);
        cluster.alterIsr("x", 1, 2, 3);
        expect(cluster.reassign("x", Optional.empty()), ErrorCode.NONE);
        cluster.expect("x", 1, List.of(1, 2), List.of());
    }

    @Test
    void shouldRefuseTargetsThatCannotBe() {
        cluster.create("x", 1, 1, 2);
        expect(cluster.reassign("x", 9), ErrorCode.INVALID_REPLICA_ASSIGNMENT);
        expect(cluster.reassign("x", 3, 3), ErrorCode.INVALID_REPLICA_ASSIGNMENT);
        expect(cluster.reassign("x", Optional.of(List.of())), ErrorCode.INVALID_REPLICA_ASSIGNMENT);
        assertThat(cluster.partition("x").partitionEpoch()).isZero();
    }

    @Test
    void shouldForgetTheEligibleThatAreReplicasNoMore() {
        cluster.create("x", 2, 1, 2, 3);
        cluster.alterIsr("x", 1);
        cluster.expect("x", 1, List.of(1), List.of(2, 3));
        cluster.reassign("x", 1);
        assertThat(cluster.partition("x"))
                .isEqualTo(new PartitionImage(0, 1, 0, 2, List.of(1), List.of(1)));
    }
}
