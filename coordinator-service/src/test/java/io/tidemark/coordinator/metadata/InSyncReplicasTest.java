package io.tidemark.coordinator.metadata;

import static io.tidemark.coordinator.metadata.DecidingCluster.DISK;
import static io.tidemark.coordinator.metadata.DecidingCluster.expect;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.IsrMember;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/** Who is in sync, who is eligible, and who leads, as nodes and settings change. */
class InSyncReplicasTest {
    private static final int NONE = PartitionImage.NO_LEADER;
    private final DecidingCluster cluster = DecidingCluster.of(1, 2, 3);

    @Test
    void shouldRaiseThePartitionEpochOnlyWhenAnIsrIsAccepted() {
        cluster.create("x", 2, 1, 2, 3);
        expect(cluster.alterIsr("x", 1, 3), ErrorCode.NONE);
        assertThat(cluster.partition("x"))
                .isEqualTo(new PartitionImage(0, 1, 0, 1, List.of(1, 2, 3), List.of(1, 3)));
        expect(cluster.alterIsr("x", 3, 1, 2), ErrorCode.NONE);
        assertThat(cluster.partition("x"))
                .isEqualTo(new PartitionImage(0, 1, 0, 2, List.of(1, 2, 3), List.of(1, 2, 3)));
    }

    @Test
    void shouldAnswerARepeatedProposalByTheStateThatItHasLedTo() {
        cluster.create("x", 2, 1, 2, 3);
        cluster.alterIsr("x", 0, 0, cluster.members(1, 3));
        CommandResult.PartitionOutcome again = cluster.alterIsr("x", 0, 0, cluster.members(1, 3));
        expect(again, ErrorCode.INVALID_UPDATE_VERSION);
        assertThat(again.partition()).contains(cluster.partition("x"));
        assertThat(cluster.partition("x").partitionEpoch()).isEqualTo(1);
    }

    @Test
    void shouldChangeNothingWhereTheIsrIsAlreadyThat() {
        cluster.create("x", 2, 1, 2, 3);
        expect(cluster.alterIsr("x", 3, 2, 1), ErrorCode.NONE);
        assertThat(cluster.partition("x").partitionEpoch()).isZero();
    }

    @Test
    void shouldRefuseAnIsrFromALeaderThatWasReplaced() {
        cluster.create("x", 2, 1, 2, 3);
        expect(
                cluster.alterIsr(2, "x", 0, 0, cluster.members(1, 2)),
                ErrorCode.FENCED_LEADER_EPOCH);
        cluster.fence(1);
        cluster.resume(1);
        expect(
                cluster.alterIsr(2, "x", 0, 1, cluster.members(1, 2)),
                ErrorCode.FENCED_LEADER_EPOCH);
    }

    @Test
    void shouldRefuseTheWholeCommandOfAnEarlierIncarnation() {
        cluster.create("x", 2, 1, 2, 3);
        assertThat(cluster.submit(new Command.AlterIsr(1, cluster.epoch(1) - 1, List.of())))
                .isInstanceOfSatisfying(
                        CommandResult.Rejected.class,
                        r ->
                                assertThat(r.error())
                                        .isEqualTo(ErrorCode.STALE_BROKER_EPOCH.number()));
    }

    @Test
    void shouldRefuseMembersThatCannotBeInSync() {
        cluster.start(4);
        cluster.create("x", 1, 1, 2, 3);
        cluster.alterIsr("x", 1);
        expect(cluster.alterIsr("x", 1, 4), ErrorCode.INELIGIBLE_REPLICA);
        IsrMember before = new IsrMember(2, cluster.epoch(2));
        cluster.fence(2);
        expect(cluster.alterIsr("x", 1, 2), ErrorCode.INELIGIBLE_REPLICA);
        cluster.start(2);
        PartitionImage now = cluster.partition("x");
        expect(
                cluster.alterIsr(
                        "x",
                        now.leaderEpoch(),
                        now.partitionEpoch(),
                        List.of(new IsrMember(1, cluster.epoch(1)), before)),
                ErrorCode.INELIGIBLE_REPLICA);
        cluster.drain(3);
        expect(cluster.alterIsr("x", 1, 3), ErrorCode.INELIGIBLE_REPLICA);
        expect(cluster.alterIsr("x", 2), ErrorCode.INVALID_REQUEST);
        expect(cluster.alterIsr("x", 1, 2, 2), ErrorCode.INVALID_REQUEST);
        expect(cluster.alterIsr("x", 1, 2), ErrorCode.NONE);
    }

    @Test
    void shouldDecideEachPartitionForItself() {
        cluster.create("x", 1, 1, 2);
        Uuid topic = cluster.id("x").topicId();
        CommandResult.PartitionsAltered result =
                (CommandResult.PartitionsAltered)
                        cluster.submit(
                                new Command.AlterIsr(
                                        1,
                                        cluster.epoch(1),
                                        List.of(
                                                change(new Uuid(1, 1), 0),
                                                change(topic, 7),
                                                change(topic, 0),
                                                change(topic, 0))));
        assertThat(result.outcomes())
                .extracting(outcome -> ErrorCode.of(outcome.error()))
                .containsExactly(
                        ErrorCode.UNKNOWN_TOPIC_ID,
                        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                        ErrorCode.NONE,
                        ErrorCode.INVALID_UPDATE_VERSION);
        assertThat(cluster.partition("x").isr()).containsExactly(1);
    }

    private Command.IsrChange change(Uuid topic, int index) {
        return new Command.IsrChange(topic, index, 0, 0, cluster.members(1));
    }

    @Test
    void shouldKeepThoseEligibleThatLeaveAnIsrTooSmallToAcknowledge() {
        cluster.create("x", 2, 1, 2, 3);
        cluster.alterIsr("x", 1, 2);
        cluster.expect("x", 1, List.of(1, 2), List.of());
        cluster.alterIsr("x", 1);
        cluster.expect("x", 1, List.of(1), List.of(2));
        cluster.alterIsr("x", 1, 3);
        cluster.expect("x", 1, List.of(1, 3), List.of());
    }

    @Test
    void shouldLetAnEligibleReplicaLeadWhereNobodyInSyncCan() {
        // Given 3 with all that was acknowledged, but out of sync, and 2 without
        cluster.create("x", 2, 1, 2, 3);
        cluster.fence(2);
        cluster.expect("x", 1, List.of(1, 3), List.of());
        cluster.alterIsr("x", 1);
        cluster.resume(2);
        cluster.expect("x", 1, List.of(1), List.of(3));
        // When
        cluster.fence(1);
        // Then
        cluster.expect("x", 3, List.of(3), List.of(1));
        cluster.fence(3);
        cluster.expect("x", NONE, List.of(3), List.of(1));
        cluster.resume(1);
        cluster.expect("x", 1, List.of(1), List.of(3));
    }

    @Test
    void shouldNeverLetALaggingReplicaLeadByItself() {
        cluster.create("x", 1, 1, 2);
        cluster.fence(2);
        cluster.fence(1);
        cluster.resume(2);
        cluster.expect("x", NONE, List.of(1), List.of());
        cluster.resume(1);
        cluster.expect("x", 1, List.of(1), List.of());
    }

    @Test
    void shouldForgetTheEligibleOnceFewerReplicasSuffice() {
        cluster.create("x", 2, 1, 2, 3);
        cluster.alterIsr("x", 1);
        cluster.expect("x", 1, List.of(1), List.of(2, 3));
        cluster.set("x", "min.insync.replicas", "1");
        cluster.expect("x", 1, List.of(1), List.of());
        assertThat(cluster.partition("x").partitionEpoch()).isEqualTo(2);
    }

    @Test
    void shouldForgetTheEligibleOfAllTopicsThatFollowTheDefault() {
        cluster.setDefault("", "min.insync.replicas", "2");
        cluster.create("x", List.of(1, 2), Map.of());
        cluster.create("y", 2, 1, 2);
        cluster.alterIsr("x", 1);
        cluster.alterIsr("y", 1);
        cluster.setDefault("", "min.insync.replicas", "1");
        cluster.expect("x", 1, List.of(1), List.of());
        cluster.expect("y", 1, List.of(1), List.of(2));
        assertThat(cluster.setDefault("1", "min.insync.replicas", "1"))
                .isInstanceOf(CommandResult.Rejected.class);
    }

    @Test
    void shouldCountNoMoreReplicasThanThereAre() {
        cluster.create("x", 3, 1, 2);
        cluster.alterIsr("x", 1);
        cluster.expect("x", 1, List.of(1), List.of(2));
        cluster.alterIsr("x", 1, 2);
        cluster.expect("x", 1, List.of(1, 2), List.of());
    }

    @Test
    void shouldCountANodeThatLostItsDiskAsHoldingNothing() {
        cluster.create("x", 2, 1, 2, 3);
        cluster.create("alone", 1, 1);
        cluster.alterIsr("x", 1);
        cluster.fence(2, 3, 1);
        cluster.expect("x", NONE, List.of(1), List.of(2, 3));
        // When
        cluster.register(1, true, new Uuid(9, 9));
        cluster.register(2, true, DISK, new Uuid(8, 8));
        cluster.resume(1);
        // Then
        cluster.expect("x", NONE, List.of(), List.of(2, 3));
        cluster.expect("alone", NONE, List.of(), List.of());
        cluster.resume(2);
        cluster.expect("x", 2, List.of(2), List.of(3));
    }

    @Test
    void shouldCountOnANodeWhoseDisksAreAllThere() {
        cluster.create("x", 1, 1);
        cluster.fence(1);
        cluster.start(1);
        cluster.expect("x", 1, List.of(1), List.of());
    }

    @Test
    void shouldDistrustACrashedNodeWhereRecordsAreNotSynced() {
        Map<String, String> unsynced = Map.of("flush", "os", "min.insync.replicas", "2");
        cluster.create("os", List.of(1, 2), unsynced);
        cluster.create("fsync", 2, 1, 2);
        for (String topic : List.of("os", "fsync")) {
            cluster.alterIsr(topic, 1);
        }
        cluster.fence(2);
        cluster.register(2, false, DISK);
        cluster.expect("os", 1, List.of(1), List.of());
        cluster.expect("fsync", 1, List.of(1), List.of(2));
        // the last one to have had them stays
        cluster.fence(1);
        cluster.register(1, false, DISK);
        cluster.resume(1);
        cluster.expect("os", 1, List.of(1), List.of());
    }

    @Test
    void shouldTakeAReplicaThatIsLostFromWhereAnotherHasTheRecords() {
        cluster.create("x", 2, 1, 2, 3);
        cluster.create("alone", 1, 1);
        cluster.lose(1, "x");
        cluster.expect("x", 2, List.of(2, 3), List.of());
        cluster.alterIsr("x", 2);
        cluster.expect("x", 2, List.of(2), List.of(3));
        cluster.lose(2, "x");
        cluster.expect("x", 3, List.of(3), List.of());
        cluster.lose(3, "x");
        cluster.expect("x", 3, List.of(3), List.of());
        cluster.lose(1, "alone");
        cluster.expect("alone", 1, List.of(1), List.of());
    }

    @Test
    void shouldWaitForAnEligibleReplicaRatherThanLeadFromALostOne() {
        cluster.create("x", 2, 1, 2);
        cluster.alterIsr("x", 1);
        cluster.fence(2);
        cluster.lose(1, "x");
        cluster.expect("x", NONE, List.of(), List.of(2));
        cluster.resume(2);
        cluster.expect("x", 2, List.of(2), List.of());
    }

    @Test
    void shouldElectTheOnlyReplicaAgainWhenWhatCountedAsLostIsBack() {
        // Given a partition that node 1 alone has, which came back without a disk
        cluster.create("x", 1, 1);
        cluster.fence(1);
        cluster.register(1, false, new Uuid(6, 6));
        cluster.resume(1);
        cluster.expect("x", NONE, List.of(), List.of());
        // When
        cluster.find(1, "x");
        // Then
        cluster.expect("x", 1, List.of(1), List.of());
        PartitionImage led = cluster.partition("x");
        cluster.find(1, "x");
        assertThat(cluster.partition("x")).isEqualTo(led);
    }

    @Test
    void shouldElectNobodyByThatWhereOthersMayHaveMore() {
        cluster.create("x", 1, 1, 2);
        cluster.fence(1);
        cluster.fence(2);
        cluster.register(2, false, new Uuid(6, 6));
        cluster.resume(2);
        cluster.expect("x", NONE, List.of(), List.of());
        cluster.find(2, "x");
        cluster.expect("x", NONE, List.of(), List.of());
        cluster.resume(1);
        cluster.find(1, "x");
        cluster.expect("x", NONE, List.of(), List.of());
    }
}
