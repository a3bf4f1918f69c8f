package io.tidemark.gateway.console;

import io.tidemark.environment.Clock;
import io.tidemark.gateway.admin.VisibleCluster;
import io.tidemark.metadata.config.EffectiveConfigs;
import io.tidemark.metadata.config.MinIsr;
import io.tidemark.metadata.config.NodeConfigs;
import io.tidemark.metadata.config.Redundancy;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.control.CoordinatorStatus;
import io.tidemark.metadata.control.NodeReports;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The cluster as a whole: nodes, coordinators, and which partitions are not well. Any thread. */
final class Overview {
    private static final int MOST_UNWELL = 200;
    private static final int MOST_NAMED = 3;
    private static final int ALL_NODES = -1;
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final VisibleCluster cluster;
    private final ControlPlane controlPlane;
    private final Clock clock;
    private final VitalsJson vitals;

    Overview(VisibleCluster cluster, ControlPlane controlPlane, Clock clock) {
        this.cluster = cluster;
        this.controlPlane = controlPlane;
        this.clock = clock;
        this.vitals = new VitalsJson(cluster);
    }

    Mono<ServerResponse> answer(ServerRequest request) {
        ClusterImage image = cluster.describe();
        ObjectNode json =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("cluster_id", image.clusterId())
                        .put("metadata_version", image.version())
                        .put("now_ms", clock.wallMs());
        addPartitions(image, json);
        Mono<List<CoordinatorStatus>> members =
                told(controlPlane::coordinators).onErrorReturn(List.of());
        Mono<NodeReports> reports = told(controlPlane::nodeReports).onErrorReturn(NodeReports.NONE);
        return Mono.zip(withQuorum(json, members), reports)
                .map(both -> vitals.added(both.getT1(), both.getT2()))
                .flatMap(Json::answer);
    }

    private static <T> Mono<T> told(Supplier<CompletionStage<T>> question) {
        return Mono.fromCompletionStage(question).timeout(PATIENCE);
    }

    private Mono<ObjectNode> withQuorum(ObjectNode json, Mono<List<CoordinatorStatus>> members) {
        return Mono.zip(told(controlPlane::quorum), members)
                .map(both -> CoordinatorsJson.added(json, both.getT1(), both.getT2()))
                .onErrorResume(
                        failure ->
                                Mono.just(
                                        json.putNull("quorum")
                                                .put("quorum_error", reason(failure))));
    }

    private static String reason(Throwable failure) {
        String message = failure.getMessage();
        return failure instanceof java.util.concurrent.TimeoutException || message == null
                ? "no coordinator answered within " + PATIENCE.toSeconds() + " s"
                : message;
    }

    private static final class Load {
        private int leaders;
        private int preferred;
        private int replicas;
        private int outOfSync;
    }

    private void addPartitions(ClusterImage image, ObjectNode json) {
        Map<Integer, Load> loads = new HashMap<>();
        int partitions = 0;
        int[] counts = new int[TopicRow.Condition.values().length];
        int moving = 0;
        int notPreferred = 0;
        ArrayNode unwell = JsonNodeFactory.instance.arrayNode();
        for (TopicImage topic : image.topics().values()) {
            for (PartitionImage partition : topic.partitions()) {
                TopicRow.Condition condition = TopicRow.Condition.of(partition, topic, image);
                partitions++;
                counts[condition.ordinal()]++;
                moving += partition.reassigning() ? 1 : 0;
                notPreferred += couldPreferredLead(partition, image) ? 1 : 0;
                count(partition, loads);
                if (condition != TopicRow.Condition.WELL
                        && unwell.size() < MOST_UNWELL
                        && cluster.visible(topic.name())) {
                    unwell.add(unwell(topic, partition, condition, image));
                }
            }
        }
        json.put("topics", image.topics().size())
                .put("partitions", partitions)
                .put("reassigning", moving)
                .put("not_preferred_leader", notPreferred);
        for (TopicRow.Condition condition : TopicRow.Condition.values()) {
            json.put(Json.word(condition), counts[condition.ordinal()]);
        }
        json.set("redundancy", redundancy(image));
        json.set("unwell_partitions", unwell);
        ArrayNode nodes = json.putArray("nodes");
        image.nodes()
                .values()
                .forEach(node -> nodes.add(node(node, loads.getOrDefault(node.id(), new Load()))));
    }

    private ObjectNode redundancy(ClusterImage image) {
        Redundancy redundancy = Redundancy.in(image);
        ObjectNode json =
                JsonNodeFactory.instance
                        .objectNode()
                        .put(
                                "default_replication_factor",
                                EffectiveConfigs.ofNode(image, ALL_NODES, Map.of())
                                        .getInt(NodeConfigs.DEFAULT_REPLICATION_FACTOR));
        name("single_replica", redundancy.single(), json);
        name("min_isr_above_replicas", redundancy.tight(), json);
        return json;
    }

    private void name(String what, List<String> topics, ObjectNode json) {
        json.put(what + "_topics", topics.size());
        ArrayNode names = json.putArray(what + "_names");
        topics.stream().filter(cluster::visible).limit(MOST_NAMED).forEach(names::add);
    }

    /** Whether another node leads, and the preferred one could. */
    private static boolean couldPreferredLead(PartitionImage partition, ClusterImage image) {
        if (partition.leader() == PartitionImage.NO_LEADER || partition.replicas().isEmpty()) {
            return false;
        }
        int preferred = partition.replicas().getFirst();
        return partition.leader() != preferred
                && partition.isr().contains(preferred)
                && image.node(preferred).filter(NodeImage::live).isPresent();
    }

    private static void count(PartitionImage partition, Map<Integer, Load> loads) {
        for (int id : partition.replicas()) {
            Load load = loads.computeIfAbsent(id, any -> new Load());
            load.replicas++;
            load.outOfSync += partition.isr().contains(id) ? 0 : 1;
        }
        if (!partition.replicas().isEmpty()) {
            loads.computeIfAbsent(partition.replicas().getFirst(), any -> new Load()).preferred++;
        }
        loads.computeIfAbsent(partition.leader(), any -> new Load()).leaders++;
    }

    private static ObjectNode unwell(
            TopicImage topic,
            PartitionImage partition,
            TopicRow.Condition condition,
            ClusterImage image) {
        ObjectNode json =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("topic", topic.name())
                        .put("partition", partition.index())
                        .put("condition", Json.word(condition))
                        .put("leader", partition.leader())
                        .put("min_isr", MinIsr.of(partition, topic, image));
        Json.putReplicas(partition, json);
        return json;
    }

    private static ObjectNode node(NodeImage node, Load load) {
        ObjectNode json =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("id", node.id())
                        .put("rack", node.rack().orElse(null))
                        .put("fenced", node.fenced())
                        .put("draining", node.draining())
                        .put("log_dirs", node.logDirs().size())
                        .put("leaders", load.leaders)
                        .put("preferred_leaders", load.preferred)
                        .put("replicas", load.replicas)
                        .put("out_of_sync", load.outOfSync);
        ArrayNode listeners = json.putArray("listeners");
        node.listeners()
                .forEach(
                        each ->
                                listeners
                                        .addObject()
                                        .put("name", each.name())
                                        .put("host", each.host())
                                        .put("port", each.port()));
        return json;
    }
}
