package io.tidemark.gateway.stream;

import io.netty.channel.Channel;
import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.security.Access;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import java.util.List;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** {@code GET /topics/{topic}/events}. */
final class StreamRoutes implements RouteGroup {

    private final ClusterView view;
    private final Access access;
    private final StreamBounds bounds;
    private final Streams streams;
    private final StreamProperties properties;
    private final StreamAdmission admission;

    StreamRoutes(
            ClusterView view,
            Access access,
            StreamBounds bounds,
            Streams streams,
            StreamProperties properties,
            StreamAdmission admission) {
        this.view = view;
        this.access = access;
        this.bounds = bounds;
        this.streams = streams;
        this.properties = properties;
        this.admission = admission;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/topics/{topic}/events")
                        .tag("Events")
                        .summary("Follow a topic live, as server-sent events or NDJSON")
                        .description(
                                """
                                Streams records of all partitions as they come, without end. Every \
                                SSE event's `id` is a cursor over all partitions: a browser's \
                                `EventSource` resumes by itself; others send it back as \
                                `Last-Event-ID` or `cursor=`. NDJSON lines carry it as `cursor` at \
                                the end of each flush. A cursor that cannot be resumed gets an \
                                `event: reset` with the new one.\
                                """)
                        .query(
                                "from",
                                "string",
                                "`latest` (default), `earliest`, `ts:<ms or ISO time>`,"
                                        + " `0:12,1:40` (partition:offset), or a cursor")
                        .query("cursor", "string", "Where to resume; goes before `from`")
                        .queries("partitions", "string", "Only these, as in `0,2`")
                        .query("until", "string", "`latest`: ends where the log ends now")
                        .header("Last-Event-ID", "Where to resume; goes before everything else")
                        .with(StreamShape::describe)
                        .servedDirectlyWithHeadBy(this::events));
    }

    private Publisher<Void> events(
            HttpServerRequest request, HttpServerResponse response, List<String> pathVariables) {
        String name = pathVariables.getFirst();
        StreamQuery query = StreamQuery.parse(request.uri(), request.requestHeaders());
        access.requireTopic(Access.ANONYMOUS, Operation.READ, name);
        if (query.from() instanceof StreamStart.From.Ended) {
            return StreamAdmission.sendNoMore(response);
        }
        TopicImage topic = view.requireTopic(name);
        checkPartitions(topic, query);
        if (StreamAdmission.asksForHead(request)) {
            return StreamAdmission.sendHead(response, query.format());
        }
        admission.open();
        return Mono.fromCompletionStage(() -> bounds.of(topic, query.from()))
                .flatMap(bounds -> begin(topic, query, bounds, response))
                .doFinally(signal -> admission.closed());
    }

    private static void checkPartitions(TopicImage topic, StreamQuery query) {
        if (query.partitions() != null) {
            for (int partition : query.partitions()) {
                if (partition >= topic.partitions().size()) {
                    throw ApiError.partitionNotFound(topic.name(), partition).exception();
                }
            }
        }
    }

    private Mono<Void> begin(
            TopicImage topic,
            StreamQuery query,
            StreamStart.Bounds bounds,
            HttpServerResponse response) {
        return switch (StreamStart.resolve(query.from(), topic.id(), query.partitions(), bounds)) {
            case StreamStart.Begin.Refused(ApiError error) -> Mono.error(error.exception());
            case StreamStart.Begin.At at -> {
                Follower.Wish wish =
                        new Follower.Wish(
                                query.format(),
                                query.filter(),
                                query.partitions(),
                                query.limit(),
                                query.untilLatest() ? bounds.end() : null,
                                query.heartbeatMs() > 0
                                        ? query.heartbeatMs()
                                        : properties.heartbeat().toMillis());
                yield StreamAdmission.sendHead(response, query.format())
                        .then(Mono.create(sink -> follow(topic, wish, at, response, sink)));
            }
        };
    }

    /** The response's bytes go past this publisher; it only says when the response is over. */
    private void follow(
            TopicImage topic,
            Follower.Wish wish,
            StreamStart.Begin.At at,
            HttpServerResponse response,
            MonoSink<Void> sink) {
        response.withConnection(
                connection -> {
                    Channel channel = connection.channel();
                    NettyOutlet outlet =
                            new NettyOutlet(
                                    channel,
                                    (int) properties.pendingSize().toBytes(),
                                    sink::success);
                    sink.onDispose(outlet::close);
                    channel.closeFuture().addListener(closed -> outlet.close());
                    streams.follow(topic, wish, at, outlet);
                });
    }
}
