package io.tidemark.gateway.admin;

import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.group.describe.GroupDescription.Member;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import java.util.List;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ObjectNode;

/** How far groups are behind, in v3. */
final class V3Lags implements RouteGroup {

    private static final String GROUP = "/clusters/{cluster}/consumer-groups/{group}";

    private final Cluster cluster;
    private final Groups groups;

    V3Lags(Cluster cluster, Groups groups) {
        this.cluster = cluster;
        this.groups = groups;
    }

    @Override
    public List<Route> routes() {
        String why =
                "`lag` is `log_end_offset` less `current_offset`. Both `lag` and `current_offset`"
                        + " are -1 where the group has committed nothing of a partition that it"
                        + " reads: such a partition counts in no sum.";
        return List.of(
                V3Routes.get(
                                GROUP + "/lag-summary",
                                "How far a group is behind, in all",
                                "KafkaConsumerGroupLagSummary")
                        .description(why)
                        .servedBy(this::summary),
                V3Routes.get(
                                GROUP + "/lags",
                                "How far a group is behind, by partition",
                                "KafkaConsumerLagList")
                        .description(why)
                        .servedBy(this::lags),
                V3Routes.get(
                                GROUP + "/lags/{topic}/partitions/{partition}",
                                "How far a group is behind in a partition",
                                "KafkaConsumerLag")
                        .description(why)
                        .servedBy(this::lag));
    }

    private Mono<ServerResponse> summary(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        String group = cluster.group(Operation.DESCRIBE, request.pathVariable("group"));
        V3Links links = V3Links.of(request, image.clusterId());
        return groups.lags(image, group)
                .flatMap(lags -> Replies.v3(200, summary(links, group, lags)));
    }

    private static ObjectNode summary(V3Links links, String group, List<GroupLag> lags) {
        ObjectNode json =
                links.resource(
                        "KafkaConsumerGroupLagSummary",
                        List.of("consumer-group", group, "lag-summary", group),
                        "consumer-groups",
                        group,
                        "lag-summary");
        json.put("consumer_group_id", group);
        Optional<GroupLag> furthest = GroupLag.furthest(lags);
        Optional<Member> owner = furthest.flatMap(GroupLag::owner);
        json.put("max_lag_consumer_id", owner.map(Member::memberId).orElse(""));
        json.put("max_lag_instance_id", owner.flatMap(Member::instanceId).orElse(null));
        json.put("max_lag_client_id", owner.map(Member::clientId).orElse(""));
        json.put("max_lag_topic_name", furthest.map(GroupLag::topic).orElse(""));
        json.put("max_lag_partition_id", furthest.map(GroupLag::partition).orElse(null));
        json.put("max_lag", furthest.map(GroupLag::lag).orElse(0L));
        json.put("total_lag", GroupLag.total(lags));
        owner.ifPresent(
                member ->
                        links.relate(
                                json,
                                "max_lag_consumer",
                                "consumer-groups",
                                group,
                                "consumers",
                                member.memberId()));
        furthest.ifPresent(
                lag ->
                        links.relate(
                                json,
                                "max_lag_partition",
                                "topics",
                                lag.topic(),
                                "partitions",
                                Integer.toString(lag.partition())));
        return json;
    }

    private Mono<ServerResponse> lags(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        String group = cluster.group(Operation.DESCRIBE, request.pathVariable("group"));
        V3Links links = V3Links.of(request, image.clusterId());
        return groups.lags(image, group)
                .flatMap(
                        lags ->
                                Replies.v3(
                                        200,
                                        V3Links.list(
                                                "KafkaConsumerLagList",
                                                links.url("consumer-groups", group, "lags"),
                                                lags.stream()
                                                        .sorted(GroupLag.ORDER)
                                                        .map(lag -> json(links, group, lag))
                                                        .toList())));
    }

    private Mono<ServerResponse> lag(ServerRequest request) {
        ClusterImage image = cluster.describe(request.pathVariable("cluster"));
        String group = cluster.group(Operation.DESCRIBE, request.pathVariable("group"));
        TopicImage topic = cluster.topic(image, request.pathVariable("topic"), Operation.DESCRIBE);
        int partition = cluster.partition(topic, request.pathVariable("partition")).index();
        V3Links links = V3Links.of(request, image.clusterId());
        return groups.lags(image, group)
                .flatMap(
                        lags ->
                                Replies.v3(
                                        200,
                                        lags.stream()
                                                .filter(
                                                        lag ->
                                                                lag.partition() == partition
                                                                        && lag.topic()
                                                                                .equals(
                                                                                        topic
                                                                                                .name()))
                                                .findFirst()
                                                .map(lag -> json(links, group, lag))
                                                .orElseThrow(
                                                        () ->
                                                                notRead(
                                                                        group,
                                                                        topic.name(),
                                                                        partition))));
    }

    private static RuntimeException notRead(String group, String topic, int partition) {
        return new ApiError(
                        404,
                        40402,
                        "Group '%s' neither reads partition %d of topic '%s' nor has committed anything of it."
                                .formatted(group, partition, topic))
                .exception();
    }

    private static ObjectNode json(V3Links links, String group, GroupLag lag) {
        String partition = Integer.toString(lag.partition());
        ObjectNode json =
                links.resource(
                        "KafkaConsumerLag",
                        List.of(
                                "consumer-group",
                                group,
                                "lag",
                                lag.topic(),
                                "partition",
                                partition),
                        "consumer-groups",
                        group,
                        "lags",
                        lag.topic(),
                        "partitions",
                        partition);
        json.put("consumer_group_id", group)
                .put("topic_name", lag.topic())
                .put("partition_id", lag.partition())
                .put("current_offset", lag.currentOffset())
                .put("log_end_offset", lag.logEndOffset())
                .put("lag", lag.lag())
                .put("consumer_id", lag.owner().map(Member::memberId).orElse(""))
                .put("instance_id", lag.owner().flatMap(Member::instanceId).orElse(null))
                .put("client_id", lag.owner().map(Member::clientId).orElse(""));
        return json;
    }
}
