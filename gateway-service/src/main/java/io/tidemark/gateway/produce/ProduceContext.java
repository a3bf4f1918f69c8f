package io.tidemark.gateway.produce;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.limit.Meter;
import io.tidemark.gateway.limit.PacedInput;
import io.tidemark.gateway.produce.batch.Delivery;
import io.tidemark.gateway.produce.batch.Producer;
import io.tidemark.gateway.produce.batch.Producer.Candidate;
import io.tidemark.gateway.produce.body.ParsedRecord;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.security.Access;
import io.tidemark.gateway.trace.RequestTrace;
import io.tidemark.gateway.trace.Traces;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** What the produce routes have in common. Any thread. */
final class ProduceContext {

    private static final int MAX_TIMEOUT_MS = 300_000;

    final ClusterView view;
    final Producer producer;
    final BodyReader bodies;
    private final Access access;
    private final ProduceOnce once;
    private final Traces traces;
    private final Duration timeout;

    /**
     * @param timeout for a request that names none
     */
    ProduceContext(
            ClusterView view,
            Producer producer,
            BodyReader bodies,
            Access access,
            ProduceOnce once,
            Traces traces,
            Duration timeout) {
        this.view = view;
        this.producer = producer;
        this.bodies = bodies;
        this.access = access;
        this.once = once;
        this.traces = traces;
        this.timeout = timeout;
    }

    /** The topic, which may be written to; a topic that is not there is an error at once. */
    TopicImage writableTopic(String name) {
        access.requireTopic(Access.ANONYMOUS, Operation.WRITE, name);
        return view.topic(name)
                .orElseThrow(
                        () ->
                                view.ready()
                                        ? ApiError.topicNotFound(name).exception()
                                        : ApiError.unavailable("The cluster is not known yet.")
                                                .exception());
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
        Duration limit = timeout(request.uri());
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
            Duration limit,
            BiFunction<Body, List<Candidate>, Mono<Delivery>> produce) {
        if (request.requestHeaders().contains(ProduceOnce.HEADER)) {
            return once.produce(request, response, bodies.read(request), limit, what, produce);
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

    private Mono<Delivery> produce(
            TopicImage topic,
            int partition,
            Body body,
            List<Candidate> candidates,
            Duration limit,
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
        String own = view.image().clusterId();
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
        Duration limit = timeout(request.uri());
        EventLoop loop = eventLoop(request);
        RecordStream reports =
                new RecordStream(
                        paced(request),
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
    private Duration timeout(String uri) {
        if (uri.indexOf('?') < 0) {
            return timeout;
        }
        List<String> values = new QueryStringDecoder(uri).parameters().get("timeout");
        if (values == null) {
            return timeout;
        }
        String text = values.getLast();
        if (!text.matches("\\d{1,6}")
                || Integer.parseInt(text) < 1
                || Integer.parseInt(text) > MAX_TIMEOUT_MS) {
            throw ApiError.badRequest(
                            "timeout: '%s' is not a number of milliseconds from 1 to %d."
                                    .formatted(text, MAX_TIMEOUT_MS))
                    .exception();
        }
        return Duration.ofMillis(Integer.parseInt(text));
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
