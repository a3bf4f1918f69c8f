package io.tidemark.gateway.stream.group;

import io.tidemark.gateway.api.ContentType;
import io.tidemark.gateway.api.JsonCharset;
import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.group.GroupErrors;
import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.gateway.security.Access;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.metadata.security.Authorizer.ResourceType;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code POST /groups/{group}/offsets}. */
final class AcknowledgeRoutes implements RouteGroup {

    private final Access access;
    private final GroupStreams groups;
    private final ElsewhereAcknowledged elsewhere;

    AcknowledgeRoutes(Access access, GroupStreams groups, ElsewhereAcknowledged elsewhere) {
        this.access = access;
        this.groups = groups;
        this.elsewhere = elsewhere;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.post("/groups/{group}/offsets")
                        .tag("Events")
                        .summary("Acknowledge records of a group's stream")
                        .description(
                                """
                                Commits for the stream whose `assigned` event named this member. \
                                Any gateway takes it. An offset is the one to go on from: one more \
                                than the last record's that was processed. A `cursor` is an \
                                event's `id` and stands for its topic's partitions, of which those \
                                that the stream has no more are left out of the answer.\
                                """)
                        .takes(
                                Route.Body.json(
                                        """
                                        {"type":"object","required":["member_id"],"properties":{\
                                        "member_id":{"type":"string"},"cursor":{"type":"string"},\
                                        "offsets":{"type":"array","items":{"type":"object",\
                                        "required":["topic","partition","offset"],"properties":{\
                                        "topic":{"type":"string"},"partition":{"type":"integer"},\
                                        "offset":{"type":"integer"}}}}}}""",
                                        "{\"member_id\":\"q1z\",\"offsets\":[{\"topic\":\"orders\","
                                                + "\"partition\":0,\"offset\":42}]}"))
                        .answers(200, "What was committed", Route.Body.of("Acknowledged"))
                        .servedBy(this::acknowledge));
    }

    private Mono<ServerResponse> acknowledge(ServerRequest request) {
        String group = request.pathVariable("group");
        access.require(Access.ANONYMOUS, Operation.READ, ResourceType.GROUP, group);
        String type = request.headers().firstHeader("Content-Type");
        if (type != null && !ContentType.isJson(ContentType.essence(type))) {
            throw ApiError.unsupportedMediaType(
                            "Content-Type '%s' is not supported here; send application/json."
                                    .formatted(type))
                    .exception();
        }
        JsonCharset.require(type);
        return request.bodyToMono(byte[].class)
                .defaultIfEmpty(new byte[0])
                .flatMap(
                        body -> {
                            Acknowledgement wanted = Acknowledgement.parse(body);
                            return Mono.fromCompletionStage(() -> acknowledge(group, wanted))
                                    .flatMap(outcome -> answer(group, wanted, outcome));
                        });
    }

    private CompletionStage<SortedMap<TopicPartition, ErrorCode>> acknowledge(
            String group, Acknowledgement wanted) {
        return groups.find(group, wanted.memberId())
                .map(
                        stream ->
                                CompletableFuture.supplyAsync(
                                                () -> stream.acknowledge(wanted), stream.loop())
                                        .thenCompose(stage -> stage))
                .orElseGet(() -> elsewhere.acknowledge(group, wanted).toCompletableFuture());
    }

    private static Mono<ServerResponse> answer(
            String group, Acknowledgement wanted, SortedMap<TopicPartition, ErrorCode> outcome) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("member_id", wanted.memberId());
        ArrayNode offsets = json.putArray("offsets");
        SortedMap<TopicPartition, Long> asked = wanted.of(outcome.keySet(), wanted.memberId());
        for (var each : outcome.entrySet()) {
            if (each.getValue() != ErrorCode.NONE) {
                return Mono.error(GroupErrors.of(each.getValue(), group, "").exception());
            }
            offsets.addObject()
                    .put("topic", each.getKey().topic())
                    .put("partition", each.getKey().partition())
                    .put("offset", asked.get(each.getKey()));
        }
        return ServerResponse.ok()
                .header("Content-Type", "application/json")
                .bodyValue(json.toString());
    }
}
