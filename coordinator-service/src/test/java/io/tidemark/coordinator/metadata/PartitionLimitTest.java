package io.tidemark.coordinator.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.ConfigChange;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** max.partitions bounds what all topics have together. */
class PartitionLimitTest {
    private final MetadataState state = new MetadataState();
    private long index;

    @BeforeEach
    void setUp() {
        submit(new Command.InitializeCluster("c1"));
        submit(
                new Command.RegisterNode(
                        1,
                        new Uuid(1, 1),
                        Optional.empty(),
                        List.of(new NodeImage.Listener("PLAINTEXT", "localhost", 9092)),
                        Optional.empty(),
                        List.of(),
                        true));
        long epoch = state.image().node(1).orElseThrow().epoch();
        submit(new Command.SetNodeFenced(1, epoch, false));
        limit("10");
    }

    @Test
    void shouldRefuseTopicsBeyondTheLimit() {
        assertDone(create("a", 6));
        assertDone(create("b", 4));

        assertRefused(create("c", 1), "No 1 partitions", "'c'", "has 10", "max.partitions is 10");
        assertThat(state.image().topic("c")).isEmpty();
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
                submit(
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
        submit(new Command.DeleteTopic(Optional.of("a"), Optional.empty()));
        assertDone(create("c", 1));
    }

    private void limit(String partitions) {
        assertThat(
                        submit(
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
        return submit(new Command.CreateTopic(topic, partitions, -1, List.of(), Map.of(), false));
    }

    private CommandResult grow(String topic, int partitions) {
        return submit(new Command.CreatePartitions(topic, partitions, List.of(), false));
    }

    private CommandResult submit(Command command) {
        index++;
        return state.apply(index, new Proposal(index, new Uuid(77, index), command)).result();
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
