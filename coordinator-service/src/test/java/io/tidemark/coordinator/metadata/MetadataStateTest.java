package io.tidemark.coordinator.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.ConfigChange;
import io.tidemark.metadata.command.Command.ConfigChange.Operation;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetadataStateTest {
    private final MetadataState state = new MetadataState();
    private long index;

    @BeforeEach
    void setUpTheCluster() {
        submit(new Command.InitializeCluster("c1"));
    }

    @Test
    void shouldInitializeOnceOnly() {
        assertThat(submit(new Command.InitializeCluster("c1")))
                .isEqualTo(new CommandResult.Done(1));
        assertRejected(
                submit(new Command.InitializeCluster("c2")), ErrorCode.INCONSISTENT_CLUSTER_ID);
        assertThat(state.image().clusterId()).isEqualTo("c1");
    }

    @Test
    void shouldBeginWithItsDefaultsAndNeverTakeThemAgain() {
        // Given a cluster that is made with defaults, by one entry
        MetadataState made = new MetadataState();
        Command make =
                new Command.InitializeCluster("c1", Map.of("default.replication.factor", "3"));
        made.apply(1, new Proposal(0, new Uuid(7, 1), make));
        assertThat(made.image().version()).isEqualTo(1);
        assertThat(made.image().nodeConfig("")).containsEntry("default.replication.factor", "3");

        // When somebody has changed them, and a later leader sets the cluster up once more
        Command change =
                new Command.AlterNodeConfigs(
                        "",
                        List.of(
                                new Command.ConfigChange(
                                        "default.replication.factor",
                                        Command.ConfigChange.Operation.SET,
                                        "2")),
                        false);
        made.apply(2, new Proposal(0, new Uuid(7, 2), change));
        made.apply(3, new Proposal(0, new Uuid(7, 3), make));

        // Then nothing is taken back
        assertThat(made.image().nodeConfig("")).containsEntry("default.replication.factor", "2");
    }

    @Test
    void shouldMakeNoClusterWithDefaultsThatAreWrong() {
        MetadataState made = new MetadataState();
        Command wrong =
                new Command.InitializeCluster("c1", Map.of("default.replication.factor", "many"));

        made.apply(1, new Proposal(0, new Uuid(7, 1), wrong));

        assertThat(made.image().clusterId()).isEmpty();
    }

    @Test
    void shouldRegisterNodesFencedUnderTheVersionAsEpoch() {
        CommandResult result = submit(registration(1, 1));
        assertThat(result).isEqualTo(new CommandResult.NodeRegistered("c1", 2, 2));
        assertThat(node(1).fenced()).isTrue();
        assertThat(node(1).epoch()).isEqualTo(2);
    }

    @Test
    void shouldAnswerARepeatedRegistrationAlike() {
        CommandResult first = submit(registration(1, 1));
        assertThat(submit(registration(1, 1))).isEqualTo(first);
        live(1);
        assertThat(submit(registration(1, 1)))
                .isEqualTo(new CommandResult.NodeRegistered("c1", 2, state.image().version()));
        assertThat(node(1).fenced()).isFalse();
    }

    @Test
    void shouldRefuseASecondProcessWhileTheFirstIsLive() {
        submit(registration(1, 1));
        live(1);
        assertRejected(submit(registration(1, 2)), ErrorCode.DUPLICATE_BROKER_REGISTRATION);
        fence(1);
        assertThat(submit(registration(1, 2))).isInstanceOf(CommandResult.NodeRegistered.class);
        assertThat(node(1).incarnation()).isEqualTo(new Uuid(2, 2));
    }

    @Test
    void shouldRefuseAFolderOfAnotherCluster() {
        Command.RegisterNode plain = registration(1, 1);
        Command.RegisterNode foreign =
                new Command.RegisterNode(
                        1,
                        plain.incarnation(),
                        Optional.of("other"),
                        plain.listeners(),
                        Optional.empty(),
                        List.of(),
                        true);
        assertRejected(submit(foreign), ErrorCode.INCONSISTENT_CLUSTER_ID, "other", "c1");
    }

    @Test
    void shouldIgnoreTheOldIncarnation() {
        submit(registration(1, 1));
        long old = node(1).epoch();
        submit(registration(1, 2));
        assertRejected(
                submit(new Command.SetNodeFenced(1, old, false)), ErrorCode.STALE_BROKER_EPOCH);
        assertRejected(
                submit(new Command.AllocateProducerIds(1, old)), ErrorCode.STALE_BROKER_EPOCH);
        assertRejected(submit(new Command.AllocateProducerIds(9, 1)), ErrorCode.STALE_BROKER_EPOCH);
    }

    @Test
    void shouldGiveProducerIdsInBlocks() {
        nodes(1);
        Command.AllocateProducerIds ask = new Command.AllocateProducerIds(1, node(1).epoch());
        assertThat(submit(ask)).isEqualTo(new CommandResult.ProducerIds(0, 1000));
        assertThat(submit(ask)).isEqualTo(new CommandResult.ProducerIds(1000, 1000));
    }

    @Test
    void shouldCreateTopicsWithDefaultsThatNodesConfigure() {
        nodes(1, 2, 3);
        set("", "num.partitions", "6");
        set("", "default.replication.factor", "3");
        TopicImage topic = create("orders", -1, -1);
        assertThat(topic.partitions()).hasSize(6);
        assertThat(topic.partitions())
                .allSatisfy(
                        partition -> {
                            assertThat(partition.replicas()).hasSize(3);
                            assertThat(partition.leader())
                                    .isEqualTo(partition.replicas().getFirst());
                            assertThat(partition.isr()).isEqualTo(partition.replicas());
                        });
        assertThat(state.image().topic("orders")).contains(topic);
    }

    @Test
    void shouldOnlyCheckWhereAskedTo() {
        nodes(1);
        ClusterImage before = state.image();
        CommandResult result =
                submit(new Command.CreateTopic("orders", 2, 1, List.of(), Map.of(), true));
        assertThat(((CommandResult.TopicCreated) result).topic().partitions()).hasSize(2);
        assertThat(state.image()).isSameAs(before);
    }

    @ParameterizedTest
    @CsvSource({
        "orders, 1, 1, TOPIC_ALREADY_EXISTS",
        "a b, 1, 1, INVALID_TOPIC_EXCEPTION",
        "a_b, 1, 1, INVALID_TOPIC_EXCEPTION",
        "x, 0, 1, INVALID_PARTITIONS",
        "x, -2, 1, INVALID_PARTITIONS",
        "x, 10001, 1, INVALID_PARTITIONS",
        "x, 1, 0, INVALID_REPLICATION_FACTOR",
        "x, 1, 3, INVALID_REPLICATION_FACTOR",
    })
    void shouldRefuseTopicsThatCannotBe(String name, int partitions, int factor, ErrorCode error) {
        nodes(1, 2);
        create("orders", 1, 1);
        create("a.b", 1, 1);
        assertRejected(
                submit(
                        new Command.CreateTopic(
                                name, partitions, factor, List.of(), Map.of(), false)),
                error);
    }

    @Test
    void shouldCountOnlyLiveNodesForTheReplicationFactor() {
        nodes(1, 2);
        fence(2);
        assertRejected(
                submit(new Command.CreateTopic("x", 1, 2, List.of(), Map.of(), false)),
                ErrorCode.INVALID_REPLICATION_FACTOR,
                "replication factor 2",
                "which is 1");
    }

    @Test
    void shouldPlaceAsAssigned() {
        nodes(1, 2, 3);
        fence(3);
        Command.CreateTopic command =
                new Command.CreateTopic(
                        "x", -1, -1, List.of(List.of(3, 1), List.of(2, 1)), Map.of(), false);
        TopicImage topic = ((CommandResult.TopicCreated) submit(command)).topic();
        assertThat(topic.partitions())
                .containsExactly(
                        new PartitionImage(0, 1, 0, 0, List.of(3, 1), List.of(1)),
                        new PartitionImage(1, 2, 0, 0, List.of(2, 1), List.of(2, 1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,1", "9", "", "1,2;1", "3"})
    void shouldRefuseImpossibleAssignments(String text) {
        nodes(1, 2, 3);
        fence(3);
        List<List<Integer>> assignments =
                List.of(text.split(";", -1)).stream()
                        .map(
                                part ->
                                        part.isEmpty()
                                                ? List.<Integer>of()
                                                : List.of(part.split(",", -1)).stream()
                                                        .map(Integer::valueOf)
                                                        .toList())
                        .toList();
        assertRejected(
                submit(new Command.CreateTopic("x", -1, -1, assignments, Map.of(), false)),
                ErrorCode.INVALID_REPLICA_ASSIGNMENT);
    }

    @Test
    void shouldRefuseBadConfigsByName() {
        nodes(1);
        assertRejected(
                submit(
                        new Command.CreateTopic(
                                "x", 1, 1, List.of(), Map.of("retention.m", "1"), false)),
                ErrorCode.INVALID_CONFIG,
                "retention.m",
                "did you mean retention.ms?");
        create("orders", 1, 1);
        assertRejected(
                alter("orders", Operation.SET, "segment.bytes", "12"),
                ErrorCode.INVALID_CONFIG,
                "12",
                "at least 1048576");
        assertRejected(
                alter("orders", Operation.APPEND, "retention.ms", "12"), ErrorCode.INVALID_CONFIG);
        assertRejected(alter("orders", Operation.DELETE, "bananas", ""), ErrorCode.INVALID_CONFIG);
        assertRejected(
                alter("nope", Operation.SET, "retention.ms", "1"),
                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }

    @Test
    void shouldSetAndUnsetTopicConfigs() {
        nodes(1);
        create("orders", 1, 1);
        assertThat(alter("orders", Operation.SET, "retention.ms", "1000"))
                .isEqualTo(new CommandResult.Done(index));
        assertThat(state.image().topic("orders").orElseThrow().configs())
                .isEqualTo(Map.of("retention.ms", "1000"));
        alter("orders", Operation.DELETE, "retention.ms", "");
        assertThat(state.image().topic("orders").orElseThrow().configs()).isEmpty();
        alter("orders", Operation.SUBTRACT, "cleanup.policy", "compact");
        assertThat(state.image().topic("orders").orElseThrow().configs())
                .isEqualTo(Map.of("cleanup.policy", "delete"));
    }

    @Test
    void shouldRefuseWhatANodeCannotChangeWhileItRuns() {
        nodes(1);
        assertRejected(
                set("1", "log.dirs", "/tmp"),
                ErrorCode.INVALID_CONFIG,
                "log.dirs",
                "cannot be changed");
        assertRejected(set("7", "log.retention.ms", "1"), ErrorCode.INVALID_REQUEST, "7");
        assertThat(set("1", "log.retention.ms", "1")).isInstanceOf(CommandResult.Done.class);
    }

    @Test
    void shouldGrowTopicsButNotShrinkThem() {
        nodes(1, 2);
        create("orders", 2, 1);
        assertThat(submit(new Command.CreatePartitions("orders", 4, List.of(), false)))
                .isEqualTo(new CommandResult.Done(index));
        List<PartitionImage> partitions = state.image().topic("orders").orElseThrow().partitions();
        assertThat(partitions).extracting(PartitionImage::index).containsExactly(0, 1, 2, 3);
        for (int count : new int[] {4, 3, 0, -1}) {
            assertRejected(
                    submit(new Command.CreatePartitions("orders", count, List.of(), false)),
                    ErrorCode.INVALID_PARTITIONS);
        }
        assertRejected(
                submit(new Command.CreatePartitions("orders", 6, List.of(List.of(1)), false)),
                ErrorCode.INVALID_REPLICA_ASSIGNMENT);
    }

    @Test
    void shouldDeleteByNameOrId() {
        nodes(1);
        Uuid first = create("orders", 1, 1).id();
        assertRejected(
                submit(new Command.DeleteTopic(Optional.of("nope"), Optional.empty())),
                ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertRejected(
                submit(new Command.DeleteTopic(Optional.empty(), Optional.of(new Uuid(1, 1)))),
                ErrorCode.UNKNOWN_TOPIC_ID);
        assertRejected(
                submit(new Command.DeleteTopic(Optional.of("other"), Optional.of(first))),
                ErrorCode.UNKNOWN_TOPIC_ID);
        assertRejected(
                submit(new Command.DeleteTopic(Optional.empty(), Optional.empty())),
                ErrorCode.INVALID_REQUEST);
        submit(new Command.DeleteTopic(Optional.empty(), Optional.of(first)));
        Uuid second = create("orders", 1, 1).id();
        assertThat(second).isNotEqualTo(first);
    }

    @Test
    void shouldKeepALoneReplicaOutOfOfficeWhileItsNodeIsFenced() {
        nodes(1);
        create("orders", 1, 1);
        fence(1);
        assertThat(only("orders"))
                .isEqualTo(new PartitionImage(0, -1, 1, 1, List.of(1), List.of(1)));
        live(1);
        assertThat(only("orders"))
                .isEqualTo(new PartitionImage(0, 1, 2, 2, List.of(1), List.of(1)));
    }

    @Test
    void shouldMoveLeadershipWithinTheIsr() {
        nodes(1, 2, 3);
        submit(new Command.CreateTopic("x", -1, -1, List.of(List.of(1, 2, 3)), Map.of(), false));
        fence(1);
        assertThat(only("x"))
                .isEqualTo(new PartitionImage(0, 2, 1, 1, List.of(1, 2, 3), List.of(2, 3)));
        fence(3);
        assertThat(only("x"))
                .isEqualTo(new PartitionImage(0, 2, 1, 2, List.of(1, 2, 3), List.of(2)));
        fence(2);
        assertThat(only("x"))
                .isEqualTo(new PartitionImage(0, -1, 2, 3, List.of(1, 2, 3), List.of(2)));
        live(1);
        assertThat(only("x").leader()).as("1 is not in sync").isEqualTo(-1);
        live(2);
        assertThat(only("x"))
                .isEqualTo(new PartitionImage(0, 2, 3, 4, List.of(1, 2, 3), List.of(2)));
    }

    @Test
    void shouldDecideAlikeWhateverTheClockSays() {
        // Given
        MetadataState early = new MetadataState();
        MetadataState late = new MetadataState();
        List<Command> commands =
                List.of(
                        new Command.InitializeCluster("c1"),
                        registration(1, 1),
                        new Command.SetNodeFenced(1, 2, false),
                        new Command.CreateTopic("x", 2, 1, List.of(), Map.of(), false),
                        new Command.SetNodeFenced(1, 2, true));
        // When one clock is an hour behind, and the other one runs backwards
        for (int i = 0; i < commands.size(); i++) {
            Uuid id = new Uuid(1, i);
            early.apply(i + 1, new Proposal(i, id, commands.get(i)));
            late.apply(i + 1, new Proposal(3_600_000L - 60_000L * i, id, commands.get(i)));
        }
        // Then
        assertThat(late.image()).isEqualTo(early.image());
        assertThat(late.image().stateHash()).isEqualTo(early.image().stateHash());
        assertThat(early.image().topics()).hasSize(1);
    }

    private CommandResult submit(Command command) {
        index++;
        Proposal proposal = new Proposal(index, new Uuid(77, index), command);
        CommandResult expected = state.preview(proposal).result();
        CommandResult result = state.apply(index, proposal).result();
        assertThat(result).hasSameClassAs(expected);
        return result;
    }

    private void nodes(int... ids) {
        for (int id : ids) {
            submit(registration(id, 1));
            live(id);
        }
    }

    private void live(int id) {
        assertThat(submit(new Command.SetNodeFenced(id, node(id).epoch(), false)))
                .isInstanceOf(CommandResult.Done.class);
    }

    private void fence(int id) {
        assertThat(submit(new Command.SetNodeFenced(id, node(id).epoch(), true)))
                .isInstanceOf(CommandResult.Done.class);
    }

    private NodeImage node(int id) {
        return state.image().node(id).orElseThrow();
    }

    private PartitionImage only(String topic) {
        return state.image().topic(topic).orElseThrow().partitions().getFirst();
    }

    private TopicImage create(String name, int partitions, int factor) {
        CommandResult result =
                submit(
                        new Command.CreateTopic(
                                name, partitions, factor, List.of(), Map.of(), false));
        return ((CommandResult.TopicCreated) result).topic();
    }

    private CommandResult alter(String topic, Operation operation, String key, String value) {
        return submit(
                new Command.AlterTopicConfigs(
                        topic, List.of(new ConfigChange(key, operation, value)), false));
    }

    private CommandResult set(String node, String key, String value) {
        return submit(
                new Command.AlterNodeConfigs(
                        node, List.of(new ConfigChange(key, Operation.SET, value)), false));
    }

    private static Command.RegisterNode registration(int id, long incarnation) {
        return new Command.RegisterNode(
                id,
                new Uuid(incarnation, incarnation),
                Optional.empty(),
                List.of(new NodeImage.Listener("PLAINTEXT", "localhost", 9092)),
                Optional.empty(),
                List.of(),
                true);
    }

    private static void assertRejected(CommandResult result, ErrorCode error, String... words) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        CommandResult.Rejected.class,
                        rejected -> {
                            assertThat(ErrorCode.of(rejected.error())).isEqualTo(error);
                            assertThat(rejected.message()).isNotBlank();
                            assertThat(List.of(words)).allMatch(rejected.message()::contains);
                        });
    }
}
