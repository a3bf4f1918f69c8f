package io.tidemark.systemtest.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.cluster.layout.ClusterLayout.Size;
import io.tidemark.cluster.layout.Distribution;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.testkit.cluster.ClusterMember;
import io.tidemark.testkit.cluster.ClusterProcesses;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ElectionNotNeededException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.NoReassignmentInProgressException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Three coordinators, three nodes and a gateway as processes, run by Kafka's Admin and by REST. */
class ClusterAdminIT {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final long MAX_FAILOVER_MS = 3_000;

    @TempDir static Path folder;
    private static ClusterProcesses cluster;
    private static Admin admin;
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @BeforeAll
    static void start() {
        Path jar = Path.of(System.getProperty("tidemark.jar"));
        cluster =
                ClusterProcesses.start(
                        ClusterProcesses.Plan.ofThree(
                                        Distribution.in(Objects.requireNonNull(jar.getParent())),
                                        folder)
                                .of(Size.ofNodes(3, 1)));
        admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()));
    }

    @AfterAll
    static void stop() {
        HTTP.close();
        if (admin != null) {
            admin.close(Duration.ZERO);
        }
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void shouldDescribeTheCoordinatorsAndTheLogDirectories() throws Exception {
        QuorumInfo quorum = get(admin.describeMetadataQuorum().quorumInfo());
        assertThat(quorum.voters()).hasSize(3);
        assertThat(quorum.leaderId()).isBetween(1, 3);
        assertThat(quorum.voters())
                .allSatisfy(voter -> assertThat(voter.logEndOffset()).isPositive());
        create("stored", List.of(1, 2));
        cluster.await(
                "the replicas are where they belong",
                PATIENCE,
                () -> holders("stored").equals(Set.of(1, 2)));
    }

    /** The nodes that have a log of the topic's partition. */
    private static Set<Integer> holders(String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        try {
            return get(admin.describeLogDirs(List.of(1, 2, 3)).allDescriptions())
                    .entrySet()
                    .stream()
                    .filter(
                            node ->
                                    node.getValue().values().stream()
                                            .anyMatch(d -> d.replicaInfos().containsKey(partition)))
                    .map(Map.Entry::getKey)
                    .collect(Collectors.toSet());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void shouldRefuseMoreReplicasThanNodesAndNodesThatRun() {
        assertThatThrownBy(
                        () ->
                                get(
                                        admin.createTopics(
                                                        List.of(new NewTopic("wide", 1, (short) 4)))
                                                .all()))
                .isInstanceOf(InvalidReplicationFactorException.class)
                .hasMessageContaining("which is 3");
        assertThatThrownBy(() -> get(admin.unregisterBroker(3).all()))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("is running");
    }

    @Test
    void shouldHandOverAndGiveBackLeadershipWithoutAFailedCall() throws Exception {
        create("led", List.of(1, 2, 3));
        TopicPartition led = new TopicPartition("led", 0);
        try (Writing writing = new Writing("led")) {
            writing.some();
            JsonNode drained = call("POST", "/brokers/1/drain", "{}", 200);
            assertThat(drained.get("is_draining").asBoolean()).isTrue();
            awaitLeader("led", leader -> leader != 1);
            writing.some();
            call("DELETE", "/brokers/1/drain", "", 204);
            cluster.awaitFullIsr(PATIENCE);
            Map<TopicPartition, Optional<Throwable>> elected =
                    get(admin.electLeaders(ElectionType.PREFERRED, Set.of(led)).partitions());
            assertThat(elected.get(led)).isEmpty();
            awaitLeader("led", leader -> leader == 1);
            writing.some();
            System.out.printf("Hand-over: longest call %d ms%n", writing.longestMs);
        }
        assertThat(
                        get(admin.electLeaders(ElectionType.PREFERRED, Set.of(led)).partitions())
                                .get(led))
                .containsInstanceOf(ElectionNotNeededException.class);
        JsonNode again =
                call(
                        "POST",
                        "/leaders:elect",
                        """
                        {"election":"unclean","accept_data_loss":true,\
                        "partitions":[{"topic_name":"led","partition_id":0}]}""",
                        200);
        assertThat(again.at("/data/0/error_code").asInt()).isEqualTo(40903);
        JsonNode careless = call("POST", "/leaders:elect", "{\"election\":\"unclean\"}", 422);
        assertThat(careless.get("message").asString()).contains("must name the partitions");
    }

    @Test
    void shouldMoveReplicasByBothInterfaces() throws Exception {
        create("moved", List.of(1, 2));
        TopicPartition moved = new TopicPartition("moved", 0);
        try (Writing writing = new Writing("moved")) {
            writing.some();
            get(
                    admin.alterPartitionReassignments(
                                    Map.of(
                                            moved,
                                            Optional.of(
                                                    new NewPartitionReassignment(List.of(3, 1)))))
                            .all());
            cluster.await(
                    "the replicas have moved",
                    PATIENCE,
                    () -> replicas("moved").equals(List.of(3, 1)));
            assertThat(get(admin.listPartitionReassignments().reassignments())).isEmpty();
            writing.some();
            JsonNode back =
                    call(
                            "POST",
                            "/topics/moved/partitions/0/reassignment",
                            "{\"replicas\":[2,3]}",
                            202);
            assertThat(back.get("kind").asString()).isEqualTo("KafkaReassignment");
            cluster.await(
                    "the replicas have moved again",
                    PATIENCE,
                    () -> replicas("moved").equals(List.of(2, 3)));
            assertThat(call("GET", "/topics/-/partitions/-/reassignment", "", 200).get("data"))
                    .isEmpty();
            writing.some();
        }
        assertThatThrownBy(
                        () ->
                                get(
                                        admin.alterPartitionReassignments(
                                                        Map.of(moved, Optional.empty()))
                                                .all()))
                .isInstanceOf(NoReassignmentInProgressException.class);
        call("DELETE", "/topics/moved/partitions/0/reassignment", "", 409);
        JsonNode replicas = call("GET", "/topics/moved/partitions/0/replicas", "", 200);
        assertThat(replicas.get("data")).hasSize(2);
        assertThat(replicas.at("/data/0/is_in_sync").asBoolean()).isTrue();
    }

    @Test
    void shouldWriteAgainSoonAfterANodeOrACoordinatorWasKilled() throws Exception {
        create("survives", List.of(2, 3, 1));
        try (Writing writing = new Writing("survives")) {
            writing.some();
            ClusterMember node = cluster.node(leader("survives"));
            node.kill9();
            long nodeMs = writing.one();
            int second = leader("survives");
            ClusterMember coordinator = cluster.leadingCoordinator().orElseThrow();
            coordinator.kill9();
            long startNanos = System.nanoTime();
            create("created", List.of(second));
            writing.one();
            long coordinatorMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
            cluster.startAll();
            cluster.awaitFullIsr(PATIENCE);
            System.out.printf(
                    "Back: writes after a node's end %d ms, topics after a coordinator's %d ms%n",
                    nodeMs, coordinatorMs);
            assertThat(second).isNotEqualTo(node.id());
            assertThat(nodeMs).isLessThan(MAX_FAILOVER_MS);
            assertThat(coordinatorMs).isLessThan(MAX_FAILOVER_MS);
        }
    }

    @Test
    void shouldEmptyABrokerByAPlan() throws Exception {
        // Those of other tests have more replicas than two brokers can hold.
        admin.deleteTopics(admin.listTopics().names().get()).all().get();
        create("planned", List.of(3, 1));
        JsonNode plan = call("GET", "/reassignments:plan?brokers=1,2", "", 200);
        JsonNode move = null;
        for (JsonNode each : plan.get("data")) {
            move = each.get("topic_name").asString().equals("planned") ? each : move;
        }
        assertThat(move).as("a move of the topic in %s", plan).isNotNull();
        JsonNode moved = call("POST", "/reassignments", "{\"reassignments\":[" + move + "]}", 202);
        assertThat(moved.at("/data/0/message").isMissingNode()).as(moved.toString()).isTrue();
        cluster.await(
                "the replicas have left node 3",
                PATIENCE,
                () -> Set.copyOf(replicas("planned")).equals(Set.of(1, 2)));
    }

    /** A producer that fails on the first call that fails. */
    private static final class Writing implements AutoCloseable {
        private final KafkaProducer<String, String> producer;
        private final String topic;
        long longestMs;

        Writing(String topic) {
            this.topic = topic;
            this.producer =
                    new KafkaProducer<>(
                            Map.of("bootstrap.servers", cluster.bootstrapServers(), "acks", "all"),
                            new StringSerializer(),
                            new StringSerializer());
        }

        void some() throws Exception {
            for (int i = 0; i < 50; i++) {
                longestMs = Math.max(longestMs, one());
            }
        }

        /** How long it took, in ms. */
        long one() throws Exception {
            long startNanos = System.nanoTime();
            producer.send(new ProducerRecord<>(topic, "key", "value")).get(40, TimeUnit.SECONDS);
            return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
        }

        @Override
        public void close() {
            producer.close(Duration.ofSeconds(1));
        }
    }

    private static void create(String topic, List<Integer> replicas) throws Exception {
        NewTopic created =
                new NewTopic(topic, Map.of(0, replicas))
                        .configs(Map.of("min.insync.replicas", "" + Math.min(2, replicas.size())));
        get(admin.createTopics(List.of(created)).all());
    }

    private static PartitionImage partition(String topic) {
        return cluster.partition(topic, 0).orElseThrow();
    }

    private static int leader(String topic) {
        return partition(topic).leader();
    }

    private static List<Integer> replicas(String topic) {
        return cluster.partition(topic, 0).map(PartitionImage::replicas).orElse(List.of());
    }

    private static void awaitLeader(String topic, IntPredicate wanted) {
        cluster.await(
                "the leader of " + topic,
                PATIENCE,
                () -> cluster.partition(topic, 0).map(p -> wanted.test(p.leader())).orElse(false));
    }

    /** An exchange with the gateway, below the cluster's path. */
    private static JsonNode call(String method, String path, String body, int expected)
            throws Exception {
        String clusterId = cluster.image().orElseThrow().clusterId();
        URI uri = cluster.http(1, "/v3/clusters/" + clusterId + path);
        HttpResponse<String> response =
                HTTP.send(
                        HttpRequest.newBuilder(uri)
                                .header("Content-Type", "application/json")
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(expected);
        return JsonMapper.shared().readTree(response.body().isEmpty() ? "{}" : response.body());
    }

    private static <T> T get(KafkaFuture<T> future) throws Exception {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
