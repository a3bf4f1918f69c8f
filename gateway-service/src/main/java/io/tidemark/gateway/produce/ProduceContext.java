package io.tidemark.gateway.produce;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.tidemark.gateway.api.Declared;
import io.tidemark.gateway.edge.Packing;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.limit.Meter;
import io.tidemark.gateway.limit.PacedInput;
import io.tidemark.gateway.produce.batch.Delivery;
import io.tidemark.gateway.produce.batch.Producer;
import io.tidemark.gateway.produce.batch.Producer.Candidate;
import io.tidemark.gateway.produce.body.ParsedRecord;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.routing.Patience;
import io.tidemark.gateway.security.Access;
import io.tidemark.gateway.trace.RequestTrace;
import io.tidemark.gateway.trace.Traces;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** What the produce routes have in common. Any thread. */
final class ProduceContext {

    final ClusterView view;
    final Producer producer;
    final BodyReader bodies;
    private final Access access;
    private final MissingTopics missing;
    private final ProduceOnce once;
    private final Traces traces;
    private final Patience patience;

    /**
     * @param patience for a request that names no timeout
     */
    ProduceContext(
            ClusterView view,
            Producer producer,
            BodyReader bodies,
            Access access,
            MissingTopics missing,
            ProduceOnce once,
            Traces traces,
            Patience patience) {
        this.view = view;
        this.producer = producer;
        this.bodies = bodies;
        this.access = access;
        this.missing = missing;
        this.once = once;
        this.traces = traces;
        this.patience = patience;
    }

    /** The topic, which may be written to; a topic that is not there is an error at once. */
    TopicImage writableTopic(String name) {
        access.requireTopic(Access.ANONYMOUS, Operation.WRITE, name);
        return view.requireTopic(name);
    }

    /**
     * Goes on with a topic that may be written to; first makes it where it is missing and the
     * cluster lets clients make topics by writing to them.
     */
    Publisher<Void> writing(
            HttpServerRequest request, String name, Function<TopicImage, Publisher<Void>> then) {
        if (!view.ready() || view.topic(name).isPresent()) {
            return then.apply(writableTopic(name));
        }
        access.requireTopic(Access.ANONYMOUS, Operation.WRITE, name);
        return missing.create(name)
                .publishOn(Schedulers.fromExecutor(eventLoop(request)))
                .then(Mono.defer(() -> Mono.from(then.apply(writableTopic(name)))));
    }

    /** A partition's number from a path or query. */
    static int partition(TopicImage topic, String text) {
        int partition;
        try {
            partition = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw ApiError.badRequest("'" + text + "' is not a partition's number.").exception();
        }
        if (partition < 0 || partition >= topic.partitions().size()) {
            throw ApiError.partitionNotFound(topic.name(), partition).exception();
        }
        return partition;
    }

    /** Reads the body, produces what is in it, and answers the outcomes. */
    Mono<Void> produceBody(
            HttpServerRequest request,
            HttpServerResponse response,
            TopicImage topic,
            int partition,
            WholeBody what) {
        Patience limit = patience(request.uri());
        EventLoop loop = eventLoop(request);
        RequestTrace trace = traces.begin(request.requestHeaders(), topic.name());
        Mono<Void> answered =
                produceBody(
                        request,
                        response,
                        what,
                        limit,
                        (body, candidates) ->
                                produce(topic, partition, body, candidates, limit, loop, trace));
        return trace.ends(answered, response);
    }

    private Mono<Void> produceBody(
            HttpServerRequest request,
            HttpServerResponse response,
            WholeBody what,
            Patience limit,
            BiFunction<Body, List<Candidate>, Mono<Delivery>> produce) {
        if (what.accepted()) {
            return accept(request, response, what, produce);
        }
        if (what.key() != null || request.requestHeaders().contains(ProduceOnce.HEADER)) {
            return once.produce(
                    request, response, bodies.read(request), limit.timeout(), what, produce);
        }
        return bodies.read(request)
                .flatMap(body -> produce.apply(body, WholeBody.parse(what, body)))
                .flatMap(
                        delivery ->
                                answer(
                                        response,
                                        what.status(delivery),
                                        what.contentType(),
                                        what.json(delivery)));
    }

    /** Answers once the records are taken; what becomes of them is counted, and not told. */
    private Mono<Void> accept(
            HttpServerRequest request,
            HttpServerResponse response,
            WholeBody what,
            BiFunction<Body, List<Candidate>, Mono<Delivery>> produce) {
        ProduceOnce.refuseWithoutOutcome(request);
        return bodies.read(request)
                .flatMap(
                        body -> {
                            produce.apply(body, WholeBody.parse(what, body)).subscribe();
                            return response.status(204).send().then();
                        });
    }

    private Mono<Delivery> produce(
            TopicImage topic,
            int partition,
            Body body,
            List<Candidate> candidates,
            Patience limit,
            EventLoop loop,
            RequestTrace trace) {
        return Mono.create(
                sink ->
                        producer.produce(
                                topic,
                                partition,
                                trace.mark(candidates),
                                limit,
                                loop,
                                delivery -> {
                                    trace.appended(delivery);
                                    // Not before: the records are slices of the body.
                                    body.release();
                                    sink.success(delivery);
                                }));
    }

    /** Fails where a path names another cluster than this one. */
    void requireCluster(String id) {
        String own = view.requireImage().clusterId();
        if (!id.equals(own)) {
            throw ApiError.notFound("Cluster '" + id + "' not found; this is '" + own + "'.")
                    .exception();
        }
    }

    /** Produces the records of a body while it is read, and reports each. */
    Publisher<Void> stream(
            HttpServerRequest request,
            HttpServerResponse response,
            TopicImage topic,
            int partition,
            Dialect dialect,
            StreamLimits limits,
            String contentType) {
        ProduceOnce.refuseStreams(request);
        RequestTrace trace = traces.begin(request.requestHeaders(), topic.name());
        Patience limit = patience(request.uri());
        EventLoop loop = eventLoop(request);
        RecordStream reports =
                new RecordStream(
                        Packing.unpacked(request.requestHeaders(), paced(request)),
                        loop,
                        response.alloc(),
                        (records, listener) ->
                                producer.produce(topic, partition, records, limit, loop, listener),
                        trace.carries() ? new TracedDialect(dialect, trace) : dialect,
                        limits);
        Mono<Void> answered =
                response.status(200)
                        .header(HttpHeaderNames.CONTENT_TYPE, contentType)
                        .header("X-Accel-Buffering", "no")
                        .send(reports, report -> true)
                        .then();
        return trace.ends(answered, response);
    }

    /** The body, read no faster than its client may be. */
    private static Publisher<ByteBuf> paced(HttpServerRequest request) {
        Channel[] channel = new Channel[1];
        request.withConnection(connection -> channel[0] = connection.channel());
        Meter meter = Meter.of(channel[0]);
        return meter == null
                ? request.receive()
                : new PacedInput(request.receive(), meter, channel[0].eventLoop());
    }

    /** How long the outcome of a record may take: {@code timeout} in the query, or the default. */
    private Patience patience(String uri) {
        if (uri.indexOf('?') < 0) {
            return patience;
        }
        List<String> values = Declared.query(uri).get("timeout");
        return patience.asked(values == null ? null : values.getLast());
    }

    static EventLoop eventLoop(HttpServerRequest request) {
        EventLoop[] loop = new EventLoop[1];
        request.withConnection(connection -> loop[0] = connection.channel().eventLoop());
        return loop[0];
    }

    static List<Candidate> candidates(List<ParsedRecord> records) {
        return records.stream().map(Candidate::of).toList();
    }

    static Mono<Void> answer(
            HttpServerResponse response, int status, String contentType, StringBuilder json) {
        ByteBuf body = ByteBufUtil.writeUtf8(response.alloc(), json);
        return response.status(status)
                .header(HttpHeaderNames.CONTENT_TYPE, contentType)
                .header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.readableBytes()))
                .sendObject(body)
                .then();
    }
}
