package io.tidemark.coordinator.metadata;

import static io.tidemark.coordinator.metadata.DecidingCluster.DISK;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Nodes stop as announced, and are forgotten. */
class DrainTest {
    private final DecidingCluster cluster = DecidingCluster.of(1, 2, 3);

    @Test
    void shouldHandOverWhatADrainingNodeLeads() {
        cluster.create("x", 2, 1, 2, 3);
        cluster.create("alone", 1, 1);
        assertThat(cluster.drain(1)).as("only it has 'alone'").isEqualTo(1);
        cluster.expect("x", 2, List.of(2, 3), List.of());
        cluster.expect("alone", 1, List.of(1), List.of());
        assertThat(cluster.partition("x").leaderEpoch()).isEqualTo(1);
        assertThat(cluster.node(1).draining()).isTrue();
    }

    @Test
    void shouldStayInAnIsrThatNeedsItToAcknowledge() {
        cluster.create("x", 2, 1, 2);
        assertThat(cluster.drain(1)).isZero();
        cluster.expect("x", 2, List.of(1, 2), List.of());
        cluster.fence(1);
        cluster.expect("x", 2, List.of(2), List.of(1));
    }

    @Test
    void shouldLetADrainingNodeLeadRatherThanNobody() {
        cluster.create("x", 1, 1, 2);
        cluster.drain(2);
        cluster.drain(1);
        cluster.expect("x", 1, List.of(1), List.of());
        cluster.create("y", 1, 3, 2);
        cluster.drain(3);
        cluster.expect("y", 3, List.of(3), List.of());
    }

    @Test
    void shouldAnswerARepeatedDrainAlike() {
        cluster.create("alone", 1, 1);
        assertThat(cluster.drain(1)).isEqualTo(1);
        long version = cluster.state.image().version();
        assertThat(cluster.drain(1)).isEqualTo(1);
        assertThat(cluster.state.image().version()).isEqualTo(version);
    }

    @Test
    void shouldGiveADrainingNodeNothingNew() {
        cluster.drain(1);
        for (int i = 0; i < 6; i++) {
            cluster.submit(new Command.CreateTopic("t" + i, 3, 2, List.of(), Map.of(), false));
            assertThat(cluster.topic("t" + i).partitions())
                    .allSatisfy(partition -> assertThat(partition.replicas()).doesNotContain(1));
        }
        rejected(
                new Command.CreateTopic("big", 1, 3, List.of(), Map.of(), false),
                ErrorCode.INVALID_REPLICATION_FACTOR,
                "which is 2; 1 more are fenced or draining");
    }

    @Test
    void shouldEndWithANewRegistrationOrWhenTakenBack() {
        cluster.drain(1);
        assertThat(cluster.submit(new Command.DrainNode(1, cluster.epoch(1), false)))
                .isInstanceOf(CommandResult.Drained.class);
        assertThat(cluster.node(1).draining()).isFalse();
        cluster.drain(1);
        cluster.fence(1);
        cluster.register(1, true, DISK);
        assertThat(cluster.node(1).draining()).isFalse();
        rejected(new Command.DrainNode(1, 1, true), ErrorCode.STALE_BROKER_EPOCH, "not current");
    }

    @Test
    void shouldForgetOnlyNodesThatAreGoneAndEmpty() {
        cluster.create("x", 1, 1, 2);
        rejected(new Command.UnregisterNode(9), ErrorCode.BROKER_ID_NOT_REGISTERED, "9");
        rejected(new Command.UnregisterNode(3), ErrorCode.INVALID_REQUEST, "is running");
        cluster.fence(2);
        rejected(new Command.UnregisterNode(2), ErrorCode.INVALID_REQUEST, "replicas of 1");
        cluster.fence(3);
        assertThat(cluster.submit(new Command.UnregisterNode(3)))
                .isInstanceOf(CommandResult.Done.class);
        assertThat(cluster.state.image().node(3)).isEmpty();
    }

    @Test
    void shouldMoveNothingWhenALaggingReplicaDrains() {
        cluster.create("x", 1, 1, 2);
        cluster.alterIsr("x", 1);
        PartitionImage before = cluster.partition("x");
        cluster.drain(2);
        assertThat(cluster.partition("x")).isEqualTo(before);
    }

    private void rejected(Command command, ErrorCode error, String words) {
        assertThat(cluster.submit(command))
                .isInstanceOfSatisfying(
                        CommandResult.Rejected.class,
                        rejected -> {
                            assertThat(ErrorCode.of(rejected.error())).isEqualTo(error);
                            assertThat(rejected.message()).contains(words);
                        });
    }
}
