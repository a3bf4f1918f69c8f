package io.tidemark.coordinator.metadata;

import static io.tidemark.coordinator.metadata.DecidingCluster.expect;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.ElectLeaders.Election;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class ElectLeadersTest {
    private final DecidingCluster cluster = DecidingCluster.of(1, 2, 3);

    @Test
    void shouldElectThePreferredLeaderOnceItIsInSync() {
        cluster.create("x", 1, 1, 2);
        expect(cluster.elect(Election.PREFERRED, "x"), ErrorCode.ELECTION_NOT_NEEDED);
        cluster.fence(1);
        expect(cluster.elect(Election.PREFERRED, "x"), ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE);
        cluster.resume(1);
        expect(cluster.elect(Election.PREFERRED, "x"), ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE);
        cluster.alterIsr("x", 2, 1);
        expect(cluster.elect(Election.PREFERRED, "x"), ErrorCode.NONE);
        cluster.expect("x", 1, List.of(1, 2), List.of());
        assertThat(cluster.partition("x").leaderEpoch()).isEqualTo(2);
    }

    @Test
    void shouldNotElectAPreferredLeaderThatDrains() {
        cluster.create("x", 2, 1, 2);
        cluster.drain(1);
        cluster.expect("x", 2, List.of(1, 2), List.of());
        expect(cluster.elect(Election.PREFERRED, "x"), ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE);
    }

    @Test
    void shouldElectALaggingReplicaOnlyWhenToldTo() {
        cluster.create("x", 1, 1, 2, 3);
        cluster.alterIsr("x", 1);
        expect(cluster.elect(Election.UNCLEAN, "x"), ErrorCode.ELECTION_NOT_NEEDED);
        cluster.fence(2, 3, 1);
        expect(cluster.elect(Election.UNCLEAN, "x"), ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE);
        cluster.resume(3);
        cluster.expect("x", PartitionImage.NO_LEADER, List.of(1), List.of());
        expect(cluster.elect(Election.UNCLEAN, "x"), ErrorCode.NONE);
        cluster.expect("x", 3, List.of(3), List.of());
    }

    @Test
    void shouldReviveALoneReplicaWithoutItsDiskOnlyWhenToldTo() {
        cluster.create("x", 1, 1);
        cluster.fence(1);
        cluster.register(1, true, new Uuid(9, 9));
        cluster.resume(1);
        cluster.expect("x", PartitionImage.NO_LEADER, List.of(), List.of());
        expect(cluster.elect(Election.UNCLEAN, "x"), ErrorCode.NONE);
        cluster.expect("x", 1, List.of(1), List.of());
    }

    @Test
    void shouldElectAllThatNeedItWhereNoneIsNamed() {
        cluster.create("a", 1, 1, 2);
        cluster.create("b", 1, 2, 1);
        cluster.create("c", 1, 1, 3);
        cluster.fence(1);
        cluster.resume(1);
        cluster.alterIsr("a", 2, 1);
        CommandResult.PartitionsAltered result =
                (CommandResult.PartitionsAltered)
                        cluster.submit(
                                new Command.ElectLeaders(Election.PREFERRED, List.of(), "a test"));
        assertThat(result.outcomes())
                .extracting(outcome -> ErrorCode.of(outcome.error()))
                .containsExactly(ErrorCode.NONE, ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE);
        assertThat(result.outcomes())
                .extracting(CommandResult.PartitionOutcome::topicId)
                .containsExactly(cluster.id("a").topicId(), cluster.id("c").topicId());
    }
}
