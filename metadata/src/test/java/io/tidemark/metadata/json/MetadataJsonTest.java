package io.tidemark.metadata.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.ControlPlane.Heartbeat;
import io.tidemark.metadata.control.NodeVitals;
import io.tidemark.metadata.control.StreamMessage;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataJsonTest {
    private static final Uuid ID = new Uuid(0x1234_5678_9abcL, -17);
    private static final PartitionImage PARTITION =
            new PartitionImage(0, 1, 3, 4, List.of(1, 2), List.of(1));
    private static final TopicImage TOPIC =
            new TopicImage(ID, "orders", List.of(PARTITION), Map.of("retention.ms", "1"), 7);
    private static final NodeImage NODE =
            new NodeImage(
                    1,
                    5,
                    ID,
                    List.of(new NodeImage.Listener("PLAINTEXT", "localhost", 9092)),
                    Optional.of("a"),
                    List.of(ID),
                    true,
                    false);

    @Test
    void shouldTakeHeartbeatsOfNodesThatSayNothingOfThemselves() throws Exception {
        String bare = "{\"format\":1,\"body\":{\"nodeId\":1,\"epoch\":5,\"appliedVersion\":7}}";
        assertThat(MetadataJson.decode(bare, Heartbeat.class)).isEqualTo(new Heartbeat(1, 5, 7));
        NodeVitals vitals =
                new NodeVitals(
                        9,
                        List.of(new NodeVitals.SlowDirectory("/data", 250)),
                        1,
                        List.of(new NodeVitals.Place("orders", 3)),
                        4);
        Heartbeat told = new Heartbeat(1, 5, 7, Optional.of(vitals));
        assertThat(MetadataJson.decode(MetadataJson.encode(told), Heartbeat.class)).isEqualTo(told);
    }

    @Test
    void shouldNameNoMoreThanAFewOfWhatIsWrongWithANode() {
        List<NodeVitals.Place> many =
                IntStream.range(0, 1_000).mapToObj(i -> new NodeVitals.Place("t", i)).toList();
        NodeVitals vitals = new NodeVitals(9, List.of(), many.size(), many, 0);
        assertThat(vitals.damaged()).hasSize(NodeVitals.MOST_NAMED);
        assertThat(vitals.damagedPartitions()).isEqualTo(1_000);
    }

    static List<Command> commands() {
        return List.of(
                new Command.InitializeCluster("c1", Map.of("min.insync.replicas", "2")),
                new Command.RegisterNode(
                        1,
                        ID,
                        Optional.empty(),
                        NODE.listeners(),
                        Optional.of("a"),
                        List.of(ID),
                        true),
                new Command.SetNodeFenced(1, 5, true),
                new Command.AlterIsr(
                        1,
                        5,
                        List.of(
                                new Command.IsrChange(
                                        ID, 0, 2, 3, List.of(new Command.IsrMember(1, 5))))),
                new Command.ReplicasLost(
                        1, 5, List.of(new Command.PartitionId(ID, 0)), "disk failed"),
                new Command.ReplicasFound(1, 5, List.of(new Command.PartitionId(ID, 0))),
                new Command.DrainNode(1, 5, true),
                new Command.DrainInTurn(1, 5),
                new Command.UnregisterNode(1),
                new Command.ElectLeaders(
                        Command.ElectLeaders.Election.PREFERRED,
                        List.of(new Command.PartitionId(ID, 0)),
                        "User:admin"),
                new Command.Reassign(
                        List.of(
                                new Command.Reassignment(ID, 0, Optional.of(List.of(2, 3))),
                                new Command.Reassignment(ID, 1, Optional.empty()))),
                new Command.CreateTopic(
                        "orders", -1, -1, List.of(List.of(1, 2)), Map.of("a", "b"), false),
                new Command.DeleteTopic(Optional.of("orders"), Optional.empty()),
                new Command.CreatePartitions("orders", 3, List.of(), true),
                new Command.AlterTopicConfigs(
                        "orders",
                        List.of(
                                new Command.ConfigChange(
                                        "a", Command.ConfigChange.Operation.SET, "b")),
                        false),
                new Command.AlterNodeConfigs("", List.of(), false),
                new Command.AllocateProducerIds(1, 5));
    }

    static List<CommandResult> results() {
        return List.of(
                new CommandResult.Done(3),
                new CommandResult.NodeRegistered("c1", 5, 6),
                new CommandResult.TopicCreated(TOPIC, 7),
                new CommandResult.ProducerIds(1000, 1000),
                new CommandResult.PartitionsAltered(
                        List.of(
                                new CommandResult.PartitionOutcome(
                                        ID, 0, (short) 0, "", Optional.of(PARTITION))),
                        8),
                new CommandResult.Drained(2, 9),
                new CommandResult.Rejected((short) 36, "Topic 'orders' already exists"));
    }

    static List<Delta> deltas() {
        return List.of(
                new Delta.ClusterInitialized("c1"),
                new Delta.NodeRegistered(NODE),
                new Delta.NodeFenced(1, 5),
                new Delta.NodeUnfenced(1, 5),
                new Delta.NodeDraining(1, 5, true),
                new Delta.NodeUnregistered(1),
                new Delta.TopicCreated(TOPIC),
                new Delta.TopicDeleted(ID, "orders"),
                new Delta.PartitionsAdded(ID, List.of(PARTITION)),
                new Delta.PartitionChanged(ID, PARTITION),
                new Delta.TopicConfigsChanged(ID, Map.of("a", "b")),
                new Delta.NodeConfigsChanged("", Map.of("a", "b")),
                new Delta.ProducerIdsAllocated(1000));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void shouldReadEveryCommandAsItWasWritten(Command command) throws Exception {
        assertThat(MetadataJson.decode(MetadataJson.encode(command), Command.class))
                .isEqualTo(command);
    }

    @ParameterizedTest
    @MethodSource("results")
    void shouldReadEveryResultAsItWasWritten(CommandResult result) throws Exception {
        assertThat(MetadataJson.decode(MetadataJson.encode(result), CommandResult.class))
                .isEqualTo(result);
    }

    @Test
    void shouldListEverySealedTypeInTheseTests() {
        assertThat(commands()).map(Object::getClass).hasSize(recordsOf(Command.class));
        assertThat(results()).map(Object::getClass).hasSize(recordsOf(CommandResult.class));
        assertThat(deltas()).map(Object::getClass).hasSize(recordsOf(Delta.class));
    }

    private static int recordsOf(Class<?> sealed) {
        return sealed.getPermittedSubclasses().length;
    }

    @Test
    void shouldReadStreamMessagesAsTheyWereWritten() throws Exception {
        // Given
        ClusterImage image = image();
        List<StreamMessage> messages =
                List.of(
                        new StreamMessage.Snapshot(image),
                        new StreamMessage.Changes(3, 4, deltas()),
                        new StreamMessage.Alive(4));
        for (StreamMessage message : messages) {
            // When
            byte[] line = MetadataJson.encode(message);
            // Then
            assertThat(line).doesNotContain('\n');
            assertThat(MetadataJson.decode(line, StreamMessage.class)).isEqualTo(message);
        }
    }

    @Test
    void shouldWriteEqualImagesAlikeAndReadThemBack() throws Exception {
        ClusterImage image = image();
        byte[] json = MetadataJson.encode(image);
        ClusterImage read = MetadataJson.decode(json, ClusterImage.class);
        assertThat(read).isEqualTo(image);
        assertThat(read.stateHash()).isEqualTo(image.stateHash());
        assertThat(MetadataJson.encode(read)).isEqualTo(json);
    }

    @Test
    void shouldIgnoreUnknownFields() throws Exception {
        String json =
                """
                {"format":1,"later":[1,{}],"body":
                 {"type":"done","version":3,"since":"a newer release"}}\
                """;
        assertThat(MetadataJson.decode(json, CommandResult.class))
                .isEqualTo(new CommandResult.Done(3));
    }

    @Test
    void shouldReadAnAbsentOptionalAsEmpty() throws Exception {
        String json = "{\"format\":1,\"body\":{\"type\":\"deleteTopic\",\"name\":\"orders\"}}";
        assertThat(MetadataJson.decode(json, Command.class))
                .isEqualTo(new Command.DeleteTopic(Optional.of("orders"), Optional.empty()));
    }

    @Test
    void shouldRefuseUnknownTypesByName() {
        String json = "{\"format\":1,\"body\":{\"type\":\"launchRocket\"}}";
        assertThatThrownBy(() -> MetadataJson.decode(json, Command.class))
                .isInstanceOf(MetadataFormatException.class)
                .hasMessage("Unknown type 'launchRocket' of Command");
    }

    @Test
    void shouldRefuseNewerFormats() {
        String json = "{\"format\":2,\"body\":{\"type\":\"done\",\"version\":3}}";
        assertThatThrownBy(() -> MetadataJson.decode(json, CommandResult.class))
                .isInstanceOf(MetadataFormatException.class)
                .hasMessageContaining("Format 2 is newer than 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "[]",
                "nonsense",
                "{\"format\":1}",
                "{\"format\":1,\"body\":null}",
                "{\"body\":{\"type\":\"done\",\"version\":3}}",
                "{\"format\":1,\"body\":{\"version\":3}}",
                "{\"format\":1,\"body\":{\"type\":\"createPartitions\",\"topic\":null,\"totalCount\":1}}",
                "{\"format\":1,\"body\":{\"type\":\"createPartitions\",\"totalCount\":1}}",
                "{\"format\":1,\"body\":{\"type\":\"setNodeFenced\",\"nodeId\":\"x\"}}",
                "{\"format\":1,\"body\":{\"type\":\"deleteTopic\",\"id\":\"not base64!\"}}",
            })
    void shouldRefuseWhatIsNoCommandWithAMessage(String json) {
        assertThatThrownBy(() -> MetadataJson.decode(json, Command.class))
                .isInstanceOf(MetadataFormatException.class)
                .message()
                .isNotBlank();
    }

    private static ClusterImage image() {
        return new ClusterImage(
                "c1",
                7,
                new TreeMap<>(Map.of(1, NODE)),
                Map.of("orders", TOPIC),
                Map.of(ID, "orders"),
                2000,
                Map.of("", Map.of("retention.ms", "5")));
    }

    private record Assignments(Map<Uuid, List<Integer>> partitions) {}

    @Test
    void shouldReadIdsThatAreKeysAsTheyWereWritten() throws Exception {
        // Given
        Assignments assignments = new Assignments(Map.of(ID, List.of(0, 2)));

        // When
        byte[] json = MetadataJson.encode(assignments);

        // Then
        assertThat(new String(json, StandardCharsets.UTF_8)).contains("\"" + ID + "\":[0,2]");
        assertThat(MetadataJson.decode(json, Assignments.class)).isEqualTo(assignments);
    }

    @Test
    void shouldRefuseKeysThatAreNoIds() {
        assertThatThrownBy(
                        () ->
                                MetadataJson.decode(
                                        "{\"format\":1,\"body\":{\"partitions\":{\"orders\":[0]}}}",
                                        Assignments.class))
                .isInstanceOf(MetadataFormatException.class)
                .hasMessageContaining("orders");
    }
}
