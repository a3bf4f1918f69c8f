package io.tidemark.gateway.group.consumer;

import io.tidemark.gateway.admin.AdminBody;
import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.Route.Body;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.consume.OffsetLookup;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.group.member.Subscription;
import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.gateway.pattern.PatternThread;
import io.tidemark.gateway.produce.V2Types;
import io.tidemark.gateway.security.Access;
import io.tidemark.gateway.shared.instance.InstanceKey;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.metadata.security.Authorizer.ResourceType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.server.ServerRequest;
import org.springframework.web.reactive.function.server.ServerResponse;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code /consumers}: REST v2's consumers. */
final class ConsumerRoutes implements RouteGroup {

    static final String TAG = "Consumers (v2)";
    static final String INSTANCE = "/consumers/{group}/instances/{instance}";

    private static final List<String> TYPES = List.of(V2Types.PLAIN, "application/json");
    private static final String PARTITIONS =
            "{\"partitions\":[{\"topic\":\"orders\",\"partition\":0}]}";
    private static final String OFFSETS =
            "{\"offsets\":[{\"topic\":\"orders\",\"partition\":0,\"offset\":12}]}";

    private final RestConsumers consumers;
    private final Access access;
    private final OffsetBodies bodies;
    private final Subscriptions subscriptions;
    private final ReadRoute reads;

    ConsumerRoutes(RestConsumers consumers, Access access, PatternThread patterns) {
        this.consumers = consumers;
        this.access = access;
        this.bodies = new OffsetBodies(consumers.parts().view());
        this.subscriptions = new Subscriptions(consumers.parts().view(), access, patterns);
        this.reads = new ReadRoute(consumers);
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.post("/consumers/{group}")
                        .tag(TAG)
                        .summary("Create a consumer instance")
                        .description(
                                "Any gateway serves it, under the same path. It expires after"
                                        + " `consumer.instance.timeout.ms` without a request.")
                        .takes(body("ConsumerSettings", "{\"name\":\"a\",\"format\":\"json\"}"))
                        .answers(
                                200,
                                "Created",
                                body(
                                        "ConsumerCreated",
                                        "{\"instance_id\":\"a\",\"base_uri\":\"http://…\"}"))
                        .servedBy(this::create),
                noContent(Route.delete(INSTANCE), "Delete a consumer instance")
                        .servedBy(this::delete),
                noContent(Route.post(INSTANCE + "/subscription"), "Subscribe")
                        .description(
                                "To `topics`, or to all topics whose whole name matches"
                                        + " `topic_pattern` (RE2).")
                        .takes(body("Subscription", "{\"topics\":[\"orders\"]}"))
                        .servedBy(with(this::subscribe, "topics", "topic_pattern")),
                Route.get(INSTANCE + "/subscription")
                        .tag(TAG)
                        .summary("What it is subscribed to")
                        .answers(
                                200,
                                "The topics",
                                body("SubscribedTopics", "{\"topics\":[\"orders\"]}"))
                        .servedBy(request -> answer(request, this::subscription)),
                noContent(Route.delete(INSTANCE + "/subscription"), "Unsubscribe")
                        .servedBy(request -> done(request, RestConsumer::unsubscribe)),
                noContent(Route.post(INSTANCE + "/assignments"), "Assign partitions by hand")
                        .takes(body("TopicPartitions", PARTITIONS))
                        .servedBy(with(this::assign, "partitions")),
                Route.get(INSTANCE + "/assignments")
                        .tag(TAG)
                        .summary("Its partitions, by hand or by the group")
                        .answers(200, "The partitions", body("AssignedPartitions", PARTITIONS))
                        .servedBy(
                                request ->
                                        answer(
                                                request,
                                                consumer ->
                                                        CompletableFuture.completedFuture(
                                                                assignments(consumer)))),
                reads.route(),
                noContent(Route.post(INSTANCE + "/offsets"), "Commit offsets")
                        .description(
                                "An offset is that of the next record to read. Without a body, or"
                                        + " with an empty list, everything read is committed.")
                        .query("async", "boolean", "Answer before the commit is done")
                        .takes(body("OffsetsToCommit", OFFSETS))
                        .servedBy(with(this::commit, "offsets")),
                Route.get(INSTANCE + "/offsets")
                        .tag(TAG)
                        .summary("What the group has committed")
                        .description(
                                "Of the partitions in the body; without one, of all that are"
                                        + " assigned. Those without a commit are left out.")
                        .takes(body("TopicPartitions", PARTITIONS))
                        .answers(
                                200,
                                "Offsets",
                                body(
                                        "CommittedOffsets",
                                        "{\"offsets\":[{\"topic\":\"orders\",\"partition\":0,\"offset\":12,\"metadata\":\"\"}]}"))
                        .servedBy(this::committed),
                noContent(Route.post(INSTANCE + "/positions"), "Read on from offsets or times")
                        .takes(body("Positions", OFFSETS))
                        .servedBy(with(this::positions, "offsets", "timestamps")),
                noContent(Route.post(INSTANCE + "/positions/beginning"), "Read from the beginning")
                        .takes(body("TopicPartitions", PARTITIONS))
                        .servedBy(
                                with(
                                        (consumer, body) ->
                                                move(consumer, body, OffsetLookup.EARLIEST),
                                        "partitions")),
                noContent(Route.post(INSTANCE + "/positions/end"), "Read from the end")
                        .takes(body("TopicPartitions", PARTITIONS))
                        .servedBy(
                                with(
                                        (consumer, body) ->
                                                move(consumer, body, OffsetLookup.LATEST),
                                        "partitions")));
    }

    private static Route.Builder noContent(Route.Builder route, String summary) {
        return route.tag(TAG).summary(summary).answers(204, "Done", Body.NONE);
    }

    private static Body body(String schema, String example) {
        return new Body(TYPES, Body.reference(schema), example);
    }

    // ---- instances

    private InstanceKey key(ServerRequest request) {
        InstanceKey key =
                new InstanceKey(request.pathVariable("group"), request.pathVariable("instance"));
        requireGroup(key.group());
        return key;
    }

    private void requireGroup(String group) {
        access.require(Access.ANONYMOUS, Operation.READ, ResourceType.GROUP, group);
    }

    private Mono<ServerResponse> create(ServerRequest request) {
        String type = V2Types.answer(accept(request));
        return AdminBody.readOrEmpty(request, InstanceSettings.NAMES.toArray(String[]::new))
                .flatMap(body -> create(request, body, type));
    }

    private Mono<ServerResponse> create(ServerRequest request, AdminBody body, String type) {
        String group = request.pathVariable("group");
        requireGroup(group);
        String named = InstanceSettings.name(body);
        String name = named == null ? "rest-consumer-" + UUID.randomUUID() : named;
        if (name.indexOf('/') >= 0) {
            throw body.wrong("name", "cannot contain a slash");
        }
        InstanceKey key = new InstanceKey(group, name);
        InstanceSettings settings = InstanceSettings.of(body, consumers.parts().properties());
        return Mono.fromCompletionStage(() -> consumers.create(key, settings))
                .flatMap(
                        created ->
                                send(
                                        type,
                                        object().put("instance_id", name)
                                                .put("base_uri", baseUri(request, key))));
    }

    private static String baseUri(ServerRequest request, InstanceKey key) {
        String scheme = request.uri().getScheme();
        return BaseUri.of(
                request.headers()::firstHeader,
                scheme == null ? "http" : scheme,
                String.valueOf(request.uri().getAuthority()),
                key.group(),
                key.instance());
    }

    private Mono<ServerResponse> delete(ServerRequest request) {
        InstanceKey key = key(request);
        return Mono.fromCompletionStage(() -> consumers.delete(key))
                .then(ServerResponse.noContent().build());
    }

    // ---- subscription and assignment

    private CompletionStage<?> subscribe(RestConsumer consumer, AdminBody body) {
        Subscription wanted = subscriptions.of(consumer, body);
        return consumer.subscribe(wanted)
                .thenComposeAsync(
                        saved -> consumer.settled(Subscriptions.PATIENCE_MS), consumer.loop())
                .thenAcceptAsync(
                        settled -> {
                            ApiError refusal = consumer.takeRefusal();
                            if (refusal != null) {
                                throw refusal.exception();
                            }
                        },
                        consumer.loop());
    }

    private CompletionStage<JsonNode> subscription(RestConsumer consumer) {
        return subscriptions
                .topics(consumer.subscription())
                .thenApply(
                        topics -> {
                            ObjectNode json = object();
                            topics.forEach(json.putArray("topics")::add);
                            return json;
                        });
    }

    private CompletionStage<?> assign(RestConsumer consumer, AdminBody body) {
        List<TopicPartition> wanted = bodies.partitions(body);
        subscriptions.requireAssignable(consumer, body, wanted);
        return consumer.assign(wanted);
    }

    private JsonNode assignments(RestConsumer consumer) {
        ObjectNode json = object();
        ArrayNode partitions = json.putArray("partitions");
        for (TopicPartition each : consumer.positions().kept()) {
            partitions.addObject().put("topic", each.topic()).put("partition", each.partition());
        }
        return json;
    }

    // ---- offsets

    private CompletionStage<?> commit(RestConsumer consumer, AdminBody body) {
        var offsets = bodies.offsets(body);
        return offsets.isEmpty()
                ? consumer.commits().commitAll()
                : ConsumerPositioning.commit(consumer, offsets);
    }

    private Mono<ServerResponse> committed(ServerRequest request) {
        InstanceKey key = key(request);
        String type = V2Types.answer(accept(request));
        return AdminBody.readOrEmpty(request, "partitions")
                .flatMap(
                        body -> {
                            List<TopicPartition> named = bodies.partitions(body);
                            return Mono.fromCompletionStage(
                                    () ->
                                            consumers.with(
                                                    key, consumer -> committed(consumer, named)));
                        })
                .flatMap(json -> send(type, json));
    }

    private CompletionStage<JsonNode> committed(
            RestConsumer consumer, Collection<TopicPartition> named) {
        Collection<TopicPartition> partitions =
                named.isEmpty() ? consumer.positions().kept() : named;
        return ConsumerPositioning.committed(consumer, partitions)
                .thenApply(
                        committed -> {
                            ObjectNode json = object();
                            ArrayNode offsets = json.putArray("offsets");
                            committed.forEach(
                                    (partition, offset) ->
                                            offsets.addObject()
                                                    .put("topic", partition.topic())
                                                    .put("partition", partition.partition())
                                                    .put("offset", offset.offset())
                                                    .put("metadata", offset.metadata()));
                            return json;
                        });
    }

    private CompletionStage<?> positions(RestConsumer consumer, AdminBody body) {
        Map<TopicPartition, Long> offsets = new TreeMap<>();
        bodies.offsets(body).forEach((partition, at) -> offsets.put(partition, at.offset()));
        Map<TopicPartition, Long> timestamps = bodies.timestamps(body);
        if (offsets.isEmpty() && timestamps.isEmpty()) {
            throw body.wrong("offsets", "is empty, and so is timestamps");
        }
        List<TopicPartition> all = new ArrayList<>(offsets.keySet());
        for (TopicPartition each : timestamps.keySet()) {
            if (offsets.containsKey(each)) {
                throw body.wrong("timestamps", "names '" + each + "', as offsets does");
            }
            all.add(each);
        }
        return ConsumerPositioning.owned(consumer, all)
                .thenCompose(owned -> ConsumerPositioning.byTime(consumer, timestamps))
                .thenCompose(
                        found ->
                                ConsumerPositioning.seek(consumer, offsets)
                                        .thenComposeAsync(
                                                moved -> consumer.seek(found), consumer.loop()));
    }

    private CompletionStage<?> move(RestConsumer consumer, AdminBody body, long where) {
        List<TopicPartition> partitions = bodies.partitions(body);
        if (partitions.isEmpty()) {
            throw body.wrong("partitions", "is empty");
        }
        return ConsumerPositioning.seek(consumer, partitions, where);
    }

    // ---- requests and answers

    /** Something that is done with an instance and a body, and answered by 204. */
    private org.springframework.web.reactive.function.server.HandlerFunction<ServerResponse> with(
            BiFunction<RestConsumer, AdminBody, CompletionStage<?>> work, String... properties) {
        return request -> {
            InstanceKey key = key(request);
            boolean async = "true".equals(request.queryParam("async").orElse(""));
            return AdminBody.readOrEmpty(request, properties)
                    .flatMap(
                            body ->
                                    Mono.fromCompletionStage(
                                            () ->
                                                    consumers.with(
                                                            key,
                                                            consumer -> {
                                                                CompletionStage<Object> done =
                                                                        work.apply(consumer, body)
                                                                                .thenApply(
                                                                                        each ->
                                                                                                true);
                                                                return async
                                                                        ? CompletableFuture
                                                                                .completedFuture(
                                                                                        (Object)
                                                                                                true)
                                                                        : done;
                                                            })))
                    .then(ServerResponse.noContent().build());
        };
    }

    private Mono<ServerResponse> done(
            ServerRequest request, Function<RestConsumer, CompletionStage<?>> work) {
        InstanceKey key = key(request);
        return Mono.fromCompletionStage(
                        () ->
                                consumers.with(
                                        key,
                                        consumer -> work.apply(consumer).thenApply(each -> true)))
                .then(ServerResponse.noContent().build());
    }

    /** Something that is told of an instance once its assignment is known. */
    private Mono<ServerResponse> answer(
            ServerRequest request, Function<RestConsumer, CompletionStage<JsonNode>> view) {
        InstanceKey key = key(request);
        String type = V2Types.answer(accept(request));
        return Mono.fromCompletionStage(
                        () ->
                                consumers.with(
                                        key,
                                        consumer ->
                                                consumer.settled(Subscriptions.PATIENCE_MS)
                                                        .thenComposeAsync(
                                                                settled -> view.apply(consumer),
                                                                consumer.loop())))
                .flatMap(json -> send(type, json));
    }

    private static @Nullable String accept(ServerRequest request) {
        return request.headers().firstHeader("Accept");
    }

    private static Mono<ServerResponse> send(String contentType, JsonNode json) {
        return ServerResponse.status(200)
                .header("Content-Type", contentType)
                .bodyValue(JsonMapper.shared().writeValueAsBytes(json));
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
