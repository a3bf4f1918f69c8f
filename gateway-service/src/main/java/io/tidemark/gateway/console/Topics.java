package io.tidemark.gateway.console;

import io.tidemark.gateway.admin.VisibleCluster;
import io.tidemark.gateway.consume.OffsetLookup;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.metadata.config.EffectiveConfigs;
import io.tidemark.metadata.config.MinIsr;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Topics as a page of a list, with offsets, and partition by partition. Any thread. */
final class Topics {
    private static final int MOST_NAMES = 200;
    private static final int NO_NODE = -1;
    private static final int AT_ONCE = 32;
    private static final Duration PATIENCE = Duration.ofSeconds(4);

    private final VisibleCluster cluster;
    private final OffsetLookup lookup;

    Topics(VisibleCluster cluster, OffsetLookup lookup) {
        this.cluster = cluster;
        this.lookup = lookup;
    }

    Mono<ServerResponse> list(ServerRequest request) {
        return Json.answer(page(cluster.describe(), TopicQuery.of(request.queryParams())));
    }

    private ObjectNode page(ClusterImage image, TopicQuery query) {
        List<TopicRow> matching = new ArrayList<>();
        int total = 0;
        int unwell = 0;
        for (TopicImage topic : image.topics().values()) {
            if (!cluster.visible(topic.name())
                    || (!query.internal() && topic.name().startsWith("__"))) {
                continue;
            }
            total++;
            TopicRow row = TopicRow.of(topic, image);
            unwell += row.underReplicated() > 0 ? 1 : 0;
            if (query.takes(row)) {
                matching.add(row);
            }
        }
        matching.sort(query.comparator());
        ObjectNode page =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("total", total)
                        .put("matched", matching.size())
                        .put("unwell", unwell)
                        .put("offset", query.offset());
        ArrayNode topics = page.putArray("topics");
        matching.stream()
                .skip(query.offset())
                .limit(query.limit())
                .map(row -> json(row, image))
                .forEach(topics::add);
        return page;
    }

    private static ObjectNode json(TopicRow row, ClusterImage image) {
        ObjectNode json =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("name", row.name())
                        .put("is_internal", row.internal())
                        .put("partitions", row.partitions())
                        .put("replication_factor", row.replicationFactor())
                        .put("without_leader", row.withoutLeader())
                        .put("under_min_isr", row.underMinIsr())
                        .put("under_replicated", row.underReplicated());
        EffectiveConfigs configs = configs(image, row.name());
        return json.put("cleanup_policy", value(configs, "cleanup.policy"))
                .put("retention_ms", value(configs, "retention.ms"))
                .put("retention_bytes", value(configs, "retention.bytes"));
    }

    private static EffectiveConfigs configs(ClusterImage image, String topic) {
        return EffectiveConfigs.ofTopic(
                image.topic(topic).map(TopicImage::configs).orElse(Map.of()),
                image,
                NO_NODE,
                Map.of());
    }

    private static String value(EffectiveConfigs configs, String name) {
        return configs.entry(name).value().orElse("");
    }

    Mono<ServerResponse> offsets(ServerRequest request) {
        ClusterImage image = cluster.describe();
        String[] names = request.queryParam("names").orElse("").split(",", -1);
        if (names.length > MOST_NAMES || names[0].isEmpty()) {
            throw ApiError.badRequest("names must be 1 to " + MOST_NAMES + " topics.").exception();
        }
        return Flux.fromArray(names)
                .filter(name -> cluster.visible(name) && image.topic(name).isPresent())
                .flatMapSequential(name -> totals(image.topic(name).orElseThrow()), AT_ONCE)
                .collectList()
                .flatMap(
                        all -> {
                            ObjectNode json = JsonNodeFactory.instance.objectNode();
                            json.putArray("topics").addAll(all);
                            return Json.answer(json);
                        });
    }

    /** One that does not answer in time has no figures; the others do. */
    private Mono<ObjectNode> totals(TopicImage topic) {
        return ends(topic)
                .map(
                        ends -> {
                            long records = 0;
                            long written = 0;
                            for (int i = 0; i < ends.last.length; i++) {
                                records += Math.max(0, ends.last[i] - ends.first[i]);
                                written += Math.max(0, ends.last[i]);
                            }
                            return named(topic)
                                    .put("offset_span", records)
                                    .put("end_offset_sum", written);
                        })
                .onErrorResume(
                        failure ->
                                Mono.just(
                                        named(topic)
                                                .putNull("offset_span")
                                                .putNull("end_offset_sum")));
    }

    private static ObjectNode named(TopicImage topic) {
        return JsonNodeFactory.instance.objectNode().put("name", topic.name());
    }

    private record Ends(long[] first, long[] last) {}

    private Mono<Ends> ends(TopicImage topic) {
        return Mono.zip(
                        Mono.fromCompletionStage(
                                () -> lookup.all(topic, OffsetLookup.EARLIEST, PATIENCE)),
                        Mono.fromCompletionStage(
                                () -> lookup.all(topic, OffsetLookup.LATEST, PATIENCE)))
                .map(both -> new Ends(both.getT1(), both.getT2()));
    }

    Mono<ServerResponse> partitions(ServerRequest request) {
        ClusterImage image = cluster.describe();
        TopicImage topic = cluster.topic(image, request.pathVariable("topic"), Operation.DESCRIBE);
        return Flux.fromIterable(topic.partitions())
                .flatMapSequential(
                        partition ->
                                Mono.zip(
                                                end(topic, partition, OffsetLookup.EARLIEST),
                                                end(topic, partition, OffsetLookup.LATEST))
                                        .map(
                                                ends ->
                                                        json(
                                                                topic,
                                                                partition,
                                                                image,
                                                                ends.getT1(),
                                                                ends.getT2())),
                        AT_ONCE)
                .collectList()
                .flatMap(
                        all -> {
                            ObjectNode json =
                                    named(topic)
                                            .put(
                                                    "min_insync_replicas",
                                                    MinIsr.configured(topic.configs(), image));
                            json.putArray("partitions").addAll(all);
                            return Json.answer(json);
                        });
    }

    /** -1 where nobody can tell in time. */
    private Mono<Long> end(TopicImage topic, PartitionImage partition, long which) {
        return partition.leader() == PartitionImage.NO_LEADER
                ? Mono.just(-1L)
                : Mono.fromCompletionStage(
                                () -> lookup.one(topic.name(), partition.index(), which, PATIENCE))
                        .onErrorReturn(-1L);
    }

    private static ObjectNode json(
            TopicImage topic, PartitionImage partition, ClusterImage image, long first, long last) {
        ObjectNode json =
                JsonNodeFactory.instance
                        .objectNode()
                        .put("partition", partition.index())
                        .put("leader", partition.leader())
                        .put("leader_epoch", partition.leaderEpoch())
                        .put("condition", Json.word(TopicRow.Condition.of(partition, topic, image)))
                        .put("log_start_offset", first)
                        .put("high_watermark", last);
        Json.putReplicas(partition, json);
        partition.adding().forEach(json.putArray("adding")::add);
        partition.removing().forEach(json.putArray("removing")::add);
        return json;
    }
}
