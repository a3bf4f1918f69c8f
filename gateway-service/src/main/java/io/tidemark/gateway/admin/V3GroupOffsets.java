package io.tidemark.gateway.admin;

import io.tidemark.environment.Clock;
import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.Route.Body;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.consume.OffsetLookup;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.group.CommittedOffset;
import io.tidemark.gateway.group.GroupErrors;
import io.tidemark.gateway.group.GroupLink;
import io.tidemark.gateway.group.GroupOffsets;
import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Resets and deletes what groups have committed. Ours, in the manner of v3. */
final class V3GroupOffsets implements RouteGroup {

    private static final String GROUP = "/clusters/{cluster}/consumer-groups/{group}";

    private final Cluster cluster;
    private final Groups groups;
    private final Clock clock;

    V3GroupOffsets(Cluster cluster, Groups groups, Clock clock) {
        this.cluster = cluster;
        this.groups = groups;
        this.clock = clock;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                V3Routes.post(
                                GROUP + "/offsets:reset",
                                "Reset what a group has committed",
                                """
                                {"type":"object","required":["strategy"],"properties":{\
                                "strategy":{"enum":["earliest","latest","offset","time","shift"]},\
                                "value":{"type":["integer","string"]},\
                                "topics":{"type":"array","items":{"type":"string"}},\
                                "partitions":{"type":"array","items":{"type":"object",\
                                "required":["topic_name","partition_id"],"properties":{\
                                "topic_name":{"type":"string"},"partition_id":{"type":"integer"},\
                                "offset":{"type":"integer"}}}},\
                                "dry_run":{"type":"boolean"}}}""",
                                "{\"strategy\":\"time\",\"value\":\"PT1H\",\"topics\":[\"orders\"],"
                                        + "\"dry_run\":true}")
                        .description(
                                "`value` is the offset, the time (ms since 1970, an ISO time, or how"
                                        + " long ago as in `PT1H`) or the number of offsets to shift"
                                        + " by, back where negative; with `offset`, partitions may"
                                        + " name their own. Offsets that the log does not have become"
                                        + " the nearest one that it has. Without `topics` and"
                                        + " `partitions` everything that is committed is reset."
                                        + " Nobody may be in the group; else 409 says who is."
                                        + " `dry_run` only tells.")
                        .answers(
                                200,
                                "Before, after and why, by partition",
                                Body.of("KafkaConsumerGroupOffsetResetList"))
                        .servedBy(this::reset),
                Route.delete(GROUP + "/offsets")
                        .tag("REST v3")
                        .summary("Delete what a group has committed of a topic")
                        .description(
                                "No member of the group may be subscribed to the topic; else 409.")
                        .query("topic", "string", "The topic")
                        .queries("partition", "integer", "Only this partition; repeat for several")
                        .answers(204, "Done", Body.NONE)
                        .servedBy(this::delete));
    }

    private Mono<ServerResponse> reset(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        String group = cluster.group(Operation.READ, request.pathVariable("group"));
        V3Links links = V3Links.of(request, image.clusterId());
        return AdminBody.read(request, ResetOrder.PROPERTIES)
                .map(body -> ResetOrder.parse(body, cluster, image, clock.wallMs()))
                .flatMap(
                        order ->
                                groups.describeEmpty(group)
                                        .flatMap(empty -> plan(image, group, order))
                                        .flatMap(plan -> carryOut(group, order, plan))
                                        .flatMap(
                                                done ->
                                                        Replies.v3(
                                                                200,
                                                                json(links, group, order, done))));
    }

    /**
     * One partition of a plan.
     *
     * @param error why it could not be committed; null where it was, or was not tried
     */
    private record Step(
            TopicPartition partition,
            OptionalLong before,
            OffsetReset.Bounds bounds,
            OffsetReset.Outcome outcome,
            @Nullable ErrorCode error) {}

    private Mono<List<Step>> plan(ClusterImage image, String group, ResetOrder order) {
        return Mono.fromCompletionStage(() -> groups.committed().of(group))
                .flatMap(
                        committed -> {
                            SortedMap<TopicPartition, OffsetReset> wanted = order.of(committed);
                            if (wanted.isEmpty()) {
                                throw ApiError.invalidPayload(
                                                "Group '%s' has committed nothing; name topics or partitions."
                                                        .formatted(group))
                                        .exception();
                            }
                            return plan(image, order, wanted, committed);
                        });
    }

    private Mono<List<Step>> plan(
            ClusterImage image,
            ResetOrder order,
            SortedMap<TopicPartition, OffsetReset> wanted,
            SortedMap<TopicPartition, CommittedOffset> committed) {
        List<String> topics =
                wanted.keySet().stream().map(TopicPartition::topic).distinct().toList();
        return Mono.zip(
                        look(image, topics, OffsetLookup.EARLIEST),
                        look(image, topics, OffsetLookup.LATEST),
                        look(image, topics, order.timestampMs()))
                .map(
                        found -> {
                            List<Step> steps = new ArrayList<>();
                            wanted.forEach(
                                    (each, reset) -> {
                                        OffsetReset.Bounds bounds =
                                                new OffsetReset.Bounds(
                                                        at(found.getT1(), each),
                                                        at(found.getT2(), each),
                                                        at(found.getT3(), each));
                                        OptionalLong before =
                                                Optional.ofNullable(committed.get(each)).stream()
                                                        .mapToLong(CommittedOffset::offset)
                                                        .findFirst();
                                        steps.add(
                                                new Step(
                                                        each,
                                                        before,
                                                        bounds,
                                                        reset.decide(before, bounds),
                                                        null));
                                    });
                            return steps;
                        });
    }

    private Mono<Map<String, long[]>> look(
            ClusterImage image, List<String> topics, long timestampMs) {
        return Mono.fromCompletionStage(() -> groups.offsets(image, topics, timestampMs));
    }

    private static long at(Map<String, long[]> found, TopicPartition partition) {
        long[] offsets = found.get(partition.topic());
        if (offsets == null || partition.partition() >= offsets.length) {
            throw ApiError.partitionNotFound(partition.topic(), partition.partition()).exception();
        }
        return offsets[partition.partition()];
    }

    private Mono<List<Step>> carryOut(String group, ResetOrder order, List<Step> plan) {
        SortedMap<TopicPartition, CommittedOffset> offsets = new TreeMap<>();
        for (Step step : plan) {
            step.outcome
                    .after()
                    .ifPresent(after -> offsets.put(step.partition, CommittedOffset.at(after)));
        }
        if (order.dryRun() || offsets.isEmpty()) {
            return Mono.just(plan);
        }
        return Mono.fromCompletionStage(
                        () ->
                                groups.offsets()
                                        .commit(
                                                GroupOffsets.Committer.outside(group),
                                                offsets,
                                                GroupLink.ADMIN,
                                                groups.timeout()))
                .flatMap(outcome -> judge(group, plan, outcome));
    }

    private Mono<List<Step>> judge(
            String group, List<Step> plan, SortedMap<TopicPartition, ErrorCode> outcome) {
        if (outcome.values().stream().allMatch(V3GroupOffsets::joinedMeanwhile)) {
            return groups.describeEmpty(group)
                    .flatMap(
                            left ->
                                    Mono.error(
                                            GroupErrors.of(ErrorCode.NON_EMPTY_GROUP, group, "")
                                                    .exception()));
        }
        return Mono.just(
                plan.stream()
                        .map(
                                step -> {
                                    ErrorCode error = outcome.get(step.partition);
                                    return error == ErrorCode.NONE
                                            ? step
                                            : new Step(
                                                    step.partition,
                                                    step.before,
                                                    step.bounds,
                                                    step.outcome,
                                                    error);
                                })
                        .toList());
    }

    /** Who is in no group may commit only while nobody is. */
    private static boolean joinedMeanwhile(ErrorCode error) {
        return error == ErrorCode.UNKNOWN_MEMBER_ID
                || error == ErrorCode.ILLEGAL_GENERATION
                || error == ErrorCode.REBALANCE_IN_PROGRESS;
    }

    private static ObjectNode json(
            V3Links links, String group, ResetOrder order, List<Step> steps) {
        ObjectNode json = Replies.object().put("kind", "KafkaConsumerGroupOffsetResetList");
        json.putObject("metadata")
                .put("self", links.url("consumer-groups", group, "offsets:reset"))
                .putNull("next");
        json.put("consumer_group_id", group).put("dry_run", order.dryRun());
        ArrayNode data = json.putArray("data");
        for (Step step : steps) {
            ObjectNode one =
                    data.addObject()
                            .put("topic_name", step.partition.topic())
                            .put("partition_id", step.partition.partition());
            put(one, "before", step.before);
            put(one, "after", step.error == null ? step.outcome.after() : step.before);
            one.put("log_start_offset", step.bounds.start())
                    .put("log_end_offset", step.bounds.end())
                    .put("why", step.outcome.why());
            if (step.error != null) {
                one.put("error_code", step.error.restCode())
                        .put("message", GroupErrors.of(step.error, group, "").message());
            }
        }
        return json;
    }

    private static void put(ObjectNode node, String name, OptionalLong value) {
        if (value.isPresent()) {
            node.put(name, value.getAsLong());
        } else {
            node.putNull(name);
        }
    }

    private Mono<ServerResponse> delete(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        String group = cluster.group(Operation.DELETE, request.pathVariable("group"));
        String name =
                request.queryParam("topic")
                        .orElseThrow(() -> ApiError.badRequest("topic: which one?").exception());
        TopicImage topic = cluster.topic(image, name, Operation.READ);
        List<TopicPartition> partitions = new ArrayList<>();
        for (String each : request.queryParams().getOrDefault("partition", List.of())) {
            partitions.add(
                    new TopicPartition(topic.id(), name, cluster.partition(topic, each).index()));
        }
        if (partitions.isEmpty()) {
            topic.partitions()
                    .forEach(
                            each ->
                                    partitions.add(
                                            new TopicPartition(topic.id(), name, each.index())));
        }
        return Mono.fromCompletionStage(() -> groups.changes().deleteOffsets(group, partitions))
                .flatMap(
                        outcome ->
                                outcome.values().stream()
                                        .filter(error -> error != ErrorCode.NONE)
                                        .findFirst()
                                        .map(
                                                error ->
                                                        Mono.<ServerResponse>error(
                                                                GroupErrors.of(error, group, "")
                                                                        .exception()))
                                        .orElseGet(Replies::noContent));
    }
}
