package io.tidemark.coordinator.metadata;

import static io.tidemark.coordinator.metadata.DecidingCluster.DISK;
import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.coordinator.session.DrainSlot;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** One node of the cluster drains at a time, and only where enough replicas stay in sync. */
class DrainInTurnTest {
    private static final long SECOND = 1_000_000_000L;

    private final DecidingCluster cluster = DecidingCluster.of(1, 2, 3);
    private final DrainSlot slot = new DrainSlot(600_000);

    @Test
    void shouldLetTheNextOneDrainOnceTheFirstIsBackAndInSync() {
        // Given
        cluster.create("x", 2, 1, 2, 3);
        assertThat(ask(1, 0)).isEmpty();
        drain(1);
        // Then another one waits: while it drains,
        assertThat(ask(2, 1)).hasValueSatisfying(why -> assertThat(why).contains("node 1 drains"));
        assertThat(ask(1, 1)).as("a repeat").isEmpty();
        // while it is away,
        cluster.fence(1);
        assertThat(ask(2, 2)).isPresent();
        // and while it catches up
        cluster.register(1, true, DISK);
        cluster.resume(1);
        assertThat(ask(2, 3)).isPresent();
        // When
        cluster.alterIsr("x", 2, 3, 1);
        // Then
        assertThat(ask(2, 4)).isEmpty();
        drain(2);
        assertThat(ask(3, 4)).hasValueSatisfying(why -> assertThat(why).contains("node 2 drains"));
    }

    @Test
    void shouldWaitWhereTooFewWouldStayInSync() {
        cluster.create("x", 2, 1, 2, 3);
        cluster.fence(3);
        assertThat(ask(1, 0))
                .hasValueSatisfying(why -> assertThat(why).contains("min.insync.replicas: x-0"));
        cluster.register(3, true, DISK);
        cluster.resume(3);
        cluster.alterIsr("x", 1, 2, 3);
        assertThat(ask(1, 1)).isEmpty();
    }

    @Test
    void shouldNotWaitForPartitionsThatCanNeverSpareAReplica() {
        cluster.create("alone", 1, 1);
        cluster.create("both", 2, 1, 2);
        assertThat(ask(1, 0)).isEmpty();
    }

    @Test
    void shouldLetTheSlotExpire() {
        cluster.create("x", 1, 1, 2, 3);
        assertThat(ask(1, 0)).isEmpty();
        drain(1);
        assertThat(ask(2, 599 * SECOND)).isPresent();
        assertThat(ask(2, 600 * SECOND)).isEmpty();
    }

    @Test
    void shouldFindTheHolderInTheMetadataWhenAnotherCoordinatorLeads() {
        cluster.create("x", 1, 1, 2, 3);
        drain(1);
        slot.lead(cluster.state.image(), 0);
        assertThat(ask(2, 1)).isPresent();
        assertThat(cluster.submit(new Command.DrainNode(1, cluster.epoch(1), false)))
                .isInstanceOf(CommandResult.Drained.class);
        cluster.alterIsr("x", 2, 3, 1);
        assertThat(ask(2, 2)).isEmpty();
    }

    @Test
    void shouldFreeTheSlotOfANodeThatIsForgotten() {
        assertThat(ask(3, 0)).isEmpty();
        drain(3);
        cluster.fence(3);
        cluster.submit(new Command.UnregisterNode(3));
        assertThat(ask(1, 1)).isEmpty();
    }

    private Optional<String> ask(int node, long nowNanos) {
        return slot.refusal(node, cluster.state.image(), nowNanos);
    }

    private void drain(int node) {
        assertThat(cluster.submit(new Command.DrainInTurn(node, cluster.epoch(node))))
                .isInstanceOf(CommandResult.Drained.class);
    }
}
