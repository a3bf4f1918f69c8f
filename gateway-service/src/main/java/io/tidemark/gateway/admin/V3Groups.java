package io.tidemark.gateway.admin;

import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.group.GroupErrors;
import io.tidemark.gateway.group.describe.GroupDescription;
import io.tidemark.gateway.group.describe.GroupDescription.Member;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** Groups, their members and what these read, in v3. */
final class V3Groups implements RouteGroup {

    private static final String GROUPS = "/clusters/{cluster}/consumer-groups";
    private static final String GROUP = GROUPS + "/{group}";
    private static final String CONSUMERS = GROUP + "/consumers";
    private static final String CONSUMER = CONSUMERS + "/{consumer}";
    private static final String ASSIGNMENTS = CONSUMER + "/assignments";

    private final Cluster cluster;
    private final Groups groups;

    V3Groups(Cluster cluster, Groups groups) {
        this.cluster = cluster;
        this.groups = groups;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                V3Routes.get(GROUPS, "The consumer groups", "KafkaConsumerGroupList")
                        .query("page_size", "integer", "Groups on a page; 500 by default")
                        .query("page_token", "string", "From the link to the next page")
                        .query(
                                "state",
                                "string",
                                "Only these states, as in `STABLE,EMPTY` (also `ASSIGNING`,"
                                        + " `RECONCILING`, `PREPARING_REBALANCE`,"
                                        + " `COMPLETING_REBALANCE`, `DEAD`)")
                        .query("type", "string", "Only `CLASSIC`, or only `CONSUMER`")
                        .query("prefix", "string", "Only names that begin with this")
                        .query("contains", "string", "Only names that contain this")
                        .query(
                                "topic",
                                "string",
                                "Only groups that read this topic, or have committed offsets of it")
                        .servedBy(this::groups),
                V3Routes.get(GROUP, "A consumer group", "KafkaConsumerGroup").servedBy(this::group),
                V3Routes.delete(GROUP, "Delete a group that nobody is in, and its offsets")
                        .servedBy(this::delete),
                V3Routes.get(CONSUMERS, "A group's members", "KafkaConsumerList")
                        .servedBy(this::consumers),
                V3Routes.get(CONSUMER, "A group's member", "KafkaConsumer")
                        .servedBy(this::consumer),
                V3Routes.get(
                                ASSIGNMENTS,
                                "The partitions that a member reads",
                                "KafkaConsumerAssignmentList")
                        .servedBy(this::assignments),
                V3Routes.get(
                                ASSIGNMENTS + "/{topic}/partitions/{partition}",
                                "A partition that a member reads",
                                "KafkaConsumerAssignment")
                        .servedBy(this::assignment));
    }

    private Mono<ServerResponse> groups(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        V3Links links = V3Links.of(request, image.clusterId());
        GroupFilter filter = GroupFilter.of(request, image);
        return Mono.fromCompletionStage(
                        () -> new GroupsPage(groups, filter, cluster::visibleGroup).find())
                .flatMap(
                        page ->
                                coordinators(page.groups())
                                        .flatMap(
                                                nodes ->
                                                        Replies.v3(
                                                                200,
                                                                list(links, filter, page, nodes))));
    }

    private Mono<Map<String, Integer>> coordinators(List<GroupDescription> found) {
        return Mono.fromCompletionStage(
                () ->
                        groups.queries()
                                .coordinators(
                                        found.stream().map(GroupDescription::group).toList()));
    }

    private static ObjectNode list(
            V3Links links, GroupFilter filter, GroupsPage.Page page, Map<String, Integer> nodes) {
        List<ObjectNode> data =
                page.groups().stream()
                        .map(group -> json(links, group, nodes.get(group.group())))
                        .toList();
        String self = links.url("consumer-groups");
        String next = page.more() ? self + "?" + filter.after(page.last()) : null;
        return V3Links.list("KafkaConsumerGroupList", self, next, data);
    }

    private Mono<ServerResponse> group(ServerRequest request) {
        return describe(
                request,
                (links, group) ->
                        coordinators(List.of(group))
                                .flatMap(
                                        nodes ->
                                                Replies.v3(
                                                        200,
                                                        json(
                                                                links,
                                                                group,
                                                                nodes.get(group.group())))));
    }

    private static ObjectNode json(
            V3Links links, GroupDescription group, @Nullable Integer coordinator) {
        String name = group.group();
        ObjectNode json =
                links.resource(
                        "KafkaConsumerGroup",
                        List.of("consumer-group", name),
                        "consumer-groups",
                        name);
        json.put("consumer_group_id", name)
                .put("is_simple", group.isSimple())
                .put("partition_assignor", group.assignor())
                .put("state", stateName(group.state()))
                .put("type", group.type().name())
                .put("is_mixed_consumer_group", false);
        if (coordinator != null) {
            links.relate(json, "coordinator", "brokers", Integer.toString(coordinator));
        }
        links.relate(json, "consumers", "consumer-groups", name, "consumers");
        links.relate(json, "lag_summary", "consumer-groups", name, "lag-summary");
        return json;
    }

    /** {@code PreparingRebalance} as v3 has it, {@code PREPARING_REBALANCE}. */
    static String stateName(String state) {
        return state.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT);
    }

    private Mono<ServerResponse> delete(ServerRequest request) {
        cluster.describe(request.pathVariable("cluster"));
        String group = cluster.group(Operation.DELETE, request.pathVariable("group"));
        return Mono.fromCompletionStage(() -> groups.changes().delete(group))
                .flatMap(
                        error ->
                                switch (error) {
                                    case NONE -> Replies.noContent();
                                    case NON_EMPTY_GROUP -> inUse(group);
                                    default ->
                                            Mono.error(
                                                    GroupErrors.of(error, group, "").exception());
                                });
    }

    private Mono<ServerResponse> inUse(String group) {
        return groups.describeEmpty(group)
                .flatMap(
                        left ->
                                Mono.error(
                                        GroupErrors.of(ErrorCode.NON_EMPTY_GROUP, group, "")
                                                .exception()));
    }

    private Mono<ServerResponse> consumers(ServerRequest request) {
        return describe(
                request,
                (links, group) ->
                        Replies.v3(
                                200,
                                V3Links.list(
                                        "KafkaConsumerList",
                                        links.url("consumer-groups", group.group(), "consumers"),
                                        group.members().stream()
                                                .sorted(Comparator.comparing(Member::memberId))
                                                .map(each -> json(links, group, each))
                                                .toList())));
    }

    private Mono<ServerResponse> consumer(ServerRequest request) {
        return describe(
                request,
                (links, group) -> Replies.v3(200, json(links, group, member(request, group))));
    }

    private static Member member(ServerRequest request, GroupDescription group) {
        String id = request.pathVariable("consumer");
        return group.member(id)
                .orElseThrow(
                        () ->
                                new ApiError(
                                                404,
                                                40403,
                                                "Consumer '%s' is not in group '%s'."
                                                        .formatted(id, group.group()))
                                        .exception());
    }

    private static ObjectNode json(V3Links links, GroupDescription group, Member member) {
        String name = group.group();
        String id = member.memberId();
        ObjectNode json =
                links.resource(
                        "KafkaConsumer",
                        List.of("consumer-group", name, "consumer", id),
                        "consumer-groups",
                        name,
                        "consumers",
                        id);
        json.put("consumer_group_id", name)
                .put("consumer_id", id)
                .put("instance_id", member.instanceId().orElse(null))
                .put("client_id", member.clientId());
        links.relate(json, "assignments", "consumer-groups", name, "consumers", id, "assignments");
        return json;
    }

    private Mono<ServerResponse> assignments(ServerRequest request) {
        return describe(
                request,
                (links, group) -> {
                    Member member = member(request, group);
                    List<ObjectNode> data = new ArrayList<>();
                    member.partitions()
                            .forEach(
                                    (topic, partitions) ->
                                            partitions.forEach(
                                                    each ->
                                                            data.add(
                                                                    json(
                                                                            links, group, member,
                                                                            topic, each))));
                    return Replies.v3(
                            200,
                            V3Links.list(
                                    "KafkaConsumerAssignmentList",
                                    links.url(
                                            "consumer-groups",
                                            group.group(),
                                            "consumers",
                                            member.memberId(),
                                            "assignments"),
                                    data));
                });
    }

    private Mono<ServerResponse> assignment(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        var topic = cluster.topic(image, request.pathVariable("topic"), Operation.DESCRIBE);
        int partition = cluster.partition(topic, request.pathVariable("partition")).index();
        return describe(
                request,
                (links, group) -> {
                    Member member = member(request, group);
                    if (!member.has(topic.name(), partition)) {
                        throw new ApiError(
                                        404,
                                        40402,
                                        "Partition %d of topic '%s' is not assigned to consumer '%s'."
                                                .formatted(
                                                        partition, topic.name(), member.memberId()))
                                .exception();
                    }
                    return Replies.v3(200, json(links, group, member, topic.name(), partition));
                });
    }

    private static ObjectNode json(
            V3Links links, GroupDescription group, Member member, String topic, int partition) {
        String name = group.group();
        String id = member.memberId();
        String number = Integer.toString(partition);
        ObjectNode json =
                links.resource(
                        "KafkaConsumerAssignment",
                        List.of(
                                "consumer-group",
                                name,
                                "consumer",
                                id,
                                "assignment",
                                topic,
                                "partition",
                                number),
                        "consumer-groups",
                        name,
                        "consumers",
                        id,
                        "assignments",
                        topic,
                        "partitions",
                        number);
        json.put("consumer_group_id", name)
                .put("consumer_id", id)
                .put("topic_name", topic)
                .put("partition_id", partition);
        links.relate(json, "partition", "topics", topic, "partitions", number);
        links.relate(json, "lag", "consumer-groups", name, "lags", topic, "partitions", number);
        return json;
    }

    private interface Answering {
        Mono<ServerResponse> answer(V3Links links, GroupDescription group);
    }

    private Mono<ServerResponse> describe(ServerRequest request, Answering answering) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        String group = cluster.group(Operation.DESCRIBE, request.pathVariable("group"));
        V3Links links = V3Links.of(request, image.clusterId());
        return groups.describe(group).flatMap(found -> answering.answer(links, found));
    }
}
