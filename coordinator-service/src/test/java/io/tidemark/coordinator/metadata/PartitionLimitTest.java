package io.tidemark.coordinator.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.ConfigChange;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** max.partitions bounds what all topics have together. */
class PartitionLimitTest {
    private final DecidingCluster cluster = DecidingCluster.of(1);

    @BeforeEach
    void setUp() {
        limit("10");
    }

    @Test
    void shouldRefuseTopicsBeyondTheLimit() {
        assertDone(create("a", 6));
        assertDone(create("b", 4));

        assertRefused(create("c", 1), "No 1 partitions", "'c'", "has 10", "max.partitions is 10");
        assertThat(cluster.state.image().topic("c")).isEmpty();
    }

    @Test
    void shouldRefuseToGrowBeyondTheLimit() {
        assertDone(create("a", 6));

        assertRefused(grow("a", 11), "No 5 partitions", "has 6");
        assertDone(grow("a", 10));
    }

    @Test
    void shouldCountAssignedAndDefaultPartitionsAlike() {
        assertDone(create("a", 9));

        assertRefused(
                cluster.submit(
                        new Command.CreateTopic(
                                "b", -1, -1, List.of(List.of(1), List.of(1)), Map.of(), true)));
        assertDone(create("b", -1));
        assertRefused(create("c", -1));
    }

    @Test
    void shouldFollowTheConfiguration() {
        assertDone(create("a", 10));
        limit("11");
        assertDone(create("b", 1));
        limit("5");
        assertRefused(create("c", 1), "has 11", "max.partitions is 5");
        cluster.submit(new Command.DeleteTopic(Optional.of("a"), Optional.empty()));
        assertDone(create("c", 1));
    }

    private void limit(String partitions) {
        assertThat(
                        cluster.submit(
                                new Command.AlterNodeConfigs(
                                        "",
                                        List.of(
                                                new ConfigChange(
                                                        "max.partitions",
                                                        ConfigChange.Operation.SET,
                                                        partitions)),
                                        false)))
                .isInstanceOf(CommandResult.Done.class);
    }

    private CommandResult create(String topic, int partitions) {
        return cluster.submit(
                new Command.CreateTopic(topic, partitions, -1, List.of(), Map.of(), false));
    }

    private CommandResult grow(String topic, int partitions) {
        return cluster.submit(new Command.CreatePartitions(topic, partitions, List.of(), false));
    }

    private static void assertDone(CommandResult result) {
        assertThat(result).isNotInstanceOf(CommandResult.Rejected.class);
    }

    private static void assertRefused(CommandResult result, String... words) {
        assertThat(result)
                .asInstanceOf(type(CommandResult.Rejected.class))
                .satisfies(
                        refused -> {
                            assertThat(refused.error())
                                    .isEqualTo(ErrorCode.POLICY_VIOLATION.number());
                            for (String word : words) {
                                assertThat(refused.message()).contains(word);
                            }
                        });
    }
}
