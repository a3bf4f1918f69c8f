package io.tidemark.gateway.stream;

import io.netty.channel.Channel;
import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.consume.OffsetLookup;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.security.Access;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** {@code GET /topics/{topic}/events}. */
final class StreamRoutes implements RouteGroup {

    private static final Duration LOOKUP_TIMEOUT = Duration.ofSeconds(10);

    /** Nobody asked for a time. */
    private static final long NO_TIME = Long.MIN_VALUE;

    private final ClusterView view;
    private final Access access;
    private final OffsetLookup offsets;
    private final Streams streams;
    private final StreamProperties properties;
    private final StreamAdmission admission;

    StreamRoutes(
            ClusterView view,
            Access access,
            OffsetLookup offsets,
            Streams streams,
            StreamProperties properties,
            StreamAdmission admission) {
        this.view = view;
        this.access = access;
        this.offsets = offsets;
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
                        .query("partitions", "string", "Only these, as in `0,2`")
                        .query("key", "string", "Only records with this key; repeat for several")
                        .query(
                                "header.<name>",
                                "string",
                                "Only records with this header; repeat for several values")
                        .query("where", "string", "Only JSON values with `$.a.b==value`; repeat")
                        .query("format", "string", "`json`, `text` or `binary` for all")
                        .query("limit", "integer", "Ends after so many events")
                        .query("until", "string", "`latest`: ends where the log ends now")
                        .query("heartbeat", "string", "250ms to 300s; 15s by default")
                        .header("Last-Event-ID", "Where to resume; goes before everything else")
                        .answers(
                                200,
                                "The stream",
                                new Route.Body(
                                        List.of("text/event-stream", "application/x-ndjson"),
                                        "",
                                        ""))
                        .servedDirectlyBy(this::events));
    }

    private Publisher<Void> events(
            HttpServerRequest request, HttpServerResponse response, List<String> pathVariables) {
        admission.allowOrigin(request, response);
        String name = pathVariables.getFirst();
        StreamQuery query = StreamQuery.parse(request.uri(), request.requestHeaders());
        access.requireTopic(Access.ANONYMOUS, Operation.READ, name);
        TopicImage topic =
                view.topic(name).orElseThrow(() -> ApiError.topicNotFound(name).exception());
        checkPartitions(topic, query);
        admission.open();
        return Mono.fromCompletionStage(() -> bounds(topic, query.from()))
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

    private CompletionStage<StreamStart.Bounds> bounds(TopicImage topic, StreamStart.From from) {
        CompletionStage<long[]> starts = offsets.all(topic, OffsetLookup.EARLIEST, LOOKUP_TIMEOUT);
        CompletionStage<long[]> ends = offsets.all(topic, OffsetLookup.LATEST, LOOKUP_TIMEOUT);
        long time = from instanceof StreamStart.From.Time(long ms) ? ms : NO_TIME;
        if (time == NO_TIME) {
            return starts.thenCombine(
                    ends, (start, end) -> new StreamStart.Bounds(start, end, null));
        }
        CompletableFuture<long[]> found =
                offsets.all(topic, time, LOOKUP_TIMEOUT).toCompletableFuture();
        return starts.thenCombine(
                ends.thenCombine(found, (end, byTime) -> new long[][] {end, byTime}),
                (start, rest) -> new StreamStart.Bounds(start, rest[0], rest[1]));
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
