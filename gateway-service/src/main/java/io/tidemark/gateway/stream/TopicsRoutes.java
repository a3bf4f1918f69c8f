package io.tidemark.gateway.stream;

import io.netty.channel.Channel;
import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.pattern.PatternThread;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.security.Access;
import io.tidemark.metadata.control.MetadataListener;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** {@code GET /events}: several topics in one stream, without a group. */
final class TopicsRoutes implements RouteGroup, MetadataListener {

    private final ClusterView view;
    private final Access access;
    private final StreamBounds bounds;
    private final Streams streams;
    private final StreamProperties properties;
    private final StreamAdmission admission;
    private final PatternThread patterns;
    private final Set<TopicsStream> open = ConcurrentHashMap.newKeySet();

    TopicsRoutes(
            ClusterView view,
            Access access,
            StreamBounds bounds,
            Streams streams,
            StreamProperties properties,
            StreamAdmission admission,
            PatternThread patterns) {
        this.view = view;
        this.access = access;
        this.bounds = bounds;
        this.streams = streams;
        this.properties = properties;
        this.admission = admission;
        this.patterns = patterns;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/events")
                        .tag("Events")
                        .summary("Follow several topics live in one stream")
                        .description(
                                """
                                Streams records of all partitions of several topics, those named \
                                or all that match a pattern, as server-sent events or NDJSON, with \
                                one cursor over all: a browser's `EventSource` resumes by itself. \
                                Topics that match later join from their beginning (`event: \
                                joined`); of a topic that is deleted `event: deleted` tells. \
                                Records of one partition come in order; between topics there is \
                                none.\
                                """)
                        .queries("topics", "string", "Topics to follow, as in `a,b`; up to 100")
                        .query(
                                "pattern",
                                "string",
                                "All topics whose whole name matches; RE2's syntax")
                        .query(
                                "from",
                                "string",
                                "`latest` (default), `earliest`, `ts:<ms or ISO time>`, or a"
                                        + " cursor")
                        .query("cursor", "string", "Where to resume; goes before `from`")
                        .query("until", "string", "`latest`: ends where the logs end now")
                        .header("Last-Event-ID", "Where to resume; goes before everything else")
                        .with(StreamShape::describe)
                        .servedDirectlyWithHeadBy(this::events));
    }

    private Publisher<Void> events(
            HttpServerRequest request, HttpServerResponse response, List<String> pathVariables) {
        TopicsQuery query = TopicsQuery.parse(request.uri(), request.requestHeaders());
        for (String name : query.names()) {
            access.requireTopic(Access.ANONYMOUS, Operation.READ, name);
            view.requireTopic(name);
        }
        TopicsChoice choice = new TopicsChoice(query, access);
        ClusterImage image = view.requireImage();
        choice.requireLittleWork(image);
        if (!choice.takesNew()) {
            return open(request, response, query, choice, chosen(choice, image));
        }
        return Mono.fromFuture(
                        () ->
                                patterns.ask(
                                        () -> {
                                            choice.match(image);
                                            return chosen(choice, image);
                                        }))
                .flatMap(topics -> open(request, response, query, choice, topics));
    }

    private static List<TopicImage> chosen(TopicsChoice choice, ClusterImage image) {
        return switch (choice.of(image)) {
            case TopicsChoice.Chosen.Topics(List<TopicImage> found) -> found;
            case TopicsChoice.Chosen.Refused(ApiError error) -> throw error.exception();
        };
    }

    private Mono<Void> open(
            HttpServerRequest request,
            HttpServerResponse response,
            TopicsQuery query,
            TopicsChoice choice,
            List<TopicImage> topics) {
        if (query.from() instanceof TopicsQuery.From.Ended) {
            return StreamAdmission.sendNoMore(response);
        }
        if (StreamAdmission.asksForHead(request)) {
            return StreamAdmission.sendHead(response, query.shape().format());
        }
        admission.open();
        AtomicReference<Channel> channel = new AtomicReference<>();
        request.withConnection(connection -> channel.set(connection.channel()));
        return Mono.fromCompletionStage(() -> parts(query, topics))
                .flatMap(
                        parts ->
                                StreamAdmission.sendHead(response, query.shape().format())
                                        .then(
                                                Mono.<Void>create(
                                                        sink ->
                                                                follow(
                                                                        query,
                                                                        choice,
                                                                        parts,
                                                                        channel.get(),
                                                                        sink))))
                .doFinally(signal -> admission.closed());
    }

    /** Where each topic's part begins. */
    private CompletionStage<List<TopicsStream.Part>> parts(
            TopicsQuery query, List<TopicImage> topics) {
        List<CompletableFuture<TopicsStream.Part>> asked = new ArrayList<>();
        for (TopicImage topic : topics) {
            StreamStart.From from = query.from().of(topic.id());
            asked.add(
                    bounds.of(topic, from)
                            .thenApply(found -> part(query, topic, from, found))
                            .toCompletableFuture());
        }
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                .thenApply(done -> asked.stream().map(CompletableFuture::join).toList());
    }

    private static TopicsStream.Part part(
            TopicsQuery query, TopicImage topic, StreamStart.From from, StreamStart.Bounds found) {
        return switch (StreamStart.resolve(from, topic.id(), null, found)) {
            case StreamStart.Begin.Refused(ApiError error) -> throw error.exception();
            case StreamStart.Begin.At at ->
                    new TopicsStream.Part(
                            topic,
                            at.positions(),
                            at.reset(),
                            query.untilLatest() ? found.end() : null);
        };
    }

    /** The response's bytes go past this publisher; it only says when the response is over. */
    private void follow(
            TopicsQuery query,
            TopicsChoice choice,
            List<TopicsStream.Part> parts,
            Channel channel,
            MonoSink<Void> sink) {
        TopicsStream stream =
                new TopicsStream(
                        new TopicsStream.Parts(
                                streams,
                                choice,
                                !query.untilLatest(),
                                (int) properties.pendingSize().toBytes()),
                        query.shape(),
                        channel,
                        sink::success);
        open.add(stream);
        sink.onDispose(
                () -> {
                    open.remove(stream);
                    stream.loop().execute(stream::gone);
                });
        channel.closeFuture().addListener(closed -> stream.loop().execute(stream::gone));
        int gone = gone(query, parts);
        stream.loop()
                .execute(
                        () -> {
                            stream.begin(parts, gone);
                            if (streams.draining()) {
                                stream.drain();
                            } else {
                                update(stream, view.image());
                            }
                        });
    }

    private static int gone(TopicsQuery query, List<TopicsStream.Part> parts) {
        if (!(query.from() instanceof TopicsQuery.From.At(var cursor))) {
            return 0;
        }
        int known = 0;
        for (TopicsStream.Part part : parts) {
            known += cursor.of(part.topic().id()).isPresent() ? 1 : 0;
        }
        return cursor.topics() - known;
    }

    @Override
    public void onImage(ClusterImage image, List<Delta> deltas) {
        if (!open.isEmpty() && (deltas.isEmpty() || deltas.stream().anyMatch(this::concerns))) {
            open.forEach(stream -> update(stream, image));
        }
    }

    private void update(TopicsStream stream, ClusterImage image) {
        if (!stream.choice().takesNew()) {
            stream.loop().execute(() -> stream.update(image));
            return;
        }
        patterns.execute(
                () -> {
                    stream.choice().match(image);
                    stream.loop().execute(() -> stream.update(image));
                });
    }

    private boolean concerns(Delta delta) {
        return delta instanceof Delta.TopicCreated
                || delta instanceof Delta.TopicDeleted
                || delta instanceof Delta.PartitionsAdded;
    }

    /** Ends those that no tail ends: without topics, there is none. */
    void drain() {
        open.forEach(TopicsStream::drain);
    }
}
