package io.tidemark.gateway.produce;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.tidemark.gateway.api.ContentType;
import io.tidemark.gateway.api.Declared;
import io.tidemark.gateway.api.JsonCharset;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.json.JsonScan;
import io.tidemark.gateway.produce.CloudEventProduce.Surroundings;
import io.tidemark.gateway.produce.batch.Delivery;
import io.tidemark.gateway.produce.batch.Producer.Candidate;
import io.tidemark.gateway.produce.body.ParsedRecord;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.protocol.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * {@code POST /topics/{topic}/events}: the body as it is becomes the value; or, with {@code
 * Content-Type: application/x-ndjson}, each line becomes a record; or it is a {@linkplain
 * CloudEventProduce CloudEvent}.
 */
final class EventProduce {

    private static final String HEADER_PREFIX = "x-header-";
    private static final String QUERY_PREFIX = "header.";
    private static final String NDJSON = "application/x-ndjson";

    private final ProduceContext context;
    private final StreamLimits limits;

    EventProduce(ProduceContext context, StreamLimits limits) {
        this.context = context;
        this.limits = limits;
    }

    Publisher<Void> produce(
            HttpServerRequest request, HttpServerResponse response, List<String> path) {
        TopicImage topic = context.writableTopic(path.getFirst());
        Map<String, List<String>> query = Declared.query(request.uri());
        HttpHeaders headers = request.requestHeaders();
        String contentType = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
        String essence = ContentType.essence(contentType);
        EventKind kind = EventKind.of(essence, headers);
        kind.check(query, headers);
        String partitionText = last(query, EventParameters.PARTITION);
        int partition =
                partitionText == null
                        ? ParsedRecord.ANY_PARTITION
                        : ProduceContext.partition(topic, partitionText);
        NativeDialect dialect = new NativeDialect(topic, limits.maxUnitBytes());
        if (kind == EventKind.LINES) {
            JsonCharset.require(contentType);
            return context.stream(request, response, topic, partition, dialect, limits, NDJSON);
        }
        Surroundings surroundings = surroundings(query, headers);
        boolean once = onceByEvent(query);
        WholeBody body =
                switch (kind) {
                    case STRUCTURED, BATCH -> {
                        JsonCharset.require(contentType);
                        yield CloudEventProduce.inJson(
                                kind == EventKind.BATCH, surroundings, dialect, once);
                    }
                    case BINARY ->
                            CloudEventProduce.binary(
                                    headers,
                                    surroundings,
                                    dialect,
                                    once,
                                    mustBeJson(contentType, essence, query));
                    case RAW, LINES ->
                            new RawBody(
                                    surroundings, dialect, mustBeJson(contentType, essence, query));
                };
        return context.produceBody(request, response, topic, partition, body);
    }

    private record RawBody(Surroundings surroundings, NativeDialect dialect, boolean mustBeJson)
            implements WholeBody {

        @Override
        public List<Candidate> parse(Body body) {
            if (mustBeJson) {
                requireJson(body);
            }
            return List.of(Candidate.of(record(surroundings, body)));
        }

        @Override
        public int status(Delivery delivery) {
            return 200;
        }

        @Override
        public String contentType() {
            return "application/json";
        }

        @Override
        public StringBuilder json(Delivery delivery) {
            return dialect.stored(delivery);
        }
    }

    /**
     * Whether a body that is stored as it is must be JSON: where its sender says that it is, and
     * not that it need not be.
     */
    private static boolean mustBeJson(
            String contentType, String essence, Map<String, List<String>> query) {
        String validate = last(query, EventParameters.VALIDATE);
        if (!ContentType.isJson(essence)) {
            if (validate != null) {
                throw ApiError.badRequest(
                                "validate: the body's Content-Type is not one of JSON, and nothing"
                                        + " else is validated.")
                        .exception();
            }
            return false;
        }
        if ("false".equals(validate)) {
            return false;
        }
        JsonCharset.require(contentType);
        return true;
    }

    /** Whether a CloudEvent's id and source are to be its idempotency key. */
    private static boolean onceByEvent(Map<String, List<String>> query) {
        String text = last(query, EventParameters.IDEMPOTENCY);
        if (text != null && !text.equals("event")) {
            throw ApiError.badRequest("idempotency: '" + text + "' is not event.").exception();
        }
        return text != null;
    }

    /** Fails where a body is not JSON. */
    static void requireJson(Body body) {
        int wrongAt = JsonScan.wrongAt(body.bytes(), body.length());
        if (wrongAt >= 0) {
            throw ApiError.invalidJson(
                            ("The body is not JSON (at byte %d), and its Content-Type says that it"
                                            + " is; validate=false stores it nevertheless.")
                                    .formatted(wrongAt))
                    .exception();
        }
    }

    private static @Nullable String last(Map<String, List<String>> query, String name) {
        List<String> values = query.get(name);
        return values == null ? null : values.getLast();
    }

    private static ParsedRecord record(Surroundings surroundings, Body body) {
        return new ParsedRecord(
                ParsedRecord.ANY_PARTITION,
                surroundings.timestampMs(),
                surroundings.key() == null ? null : Unpooled.wrappedBuffer(surroundings.key()),
                Unpooled.wrappedBuffer(body.bytes(), 0, body.length()),
                surroundings.headers());
    }

    private static Surroundings surroundings(Map<String, List<String>> query, HttpHeaders headers) {
        String key = last(query, EventParameters.KEY);
        String keyHeader = headers.get(EventParameters.KEY_HEADER);
        return new Surroundings(
                key != null ? utf8(key) : keyHeader != null ? asSent(keyHeader) : null,
                timestamp(last(query, EventParameters.TIMESTAMP)),
                recordHeaders(query, headers));
    }

    private static long timestamp(@Nullable String text) {
        if (text == null) {
            return ParsedRecord.NOW;
        }
        try {
            long timestampMs = Long.parseLong(text);
            if (timestampMs >= 0) {
                return timestampMs;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw ApiError.badRequest(
                        "timestamp '" + text + "' is not a number of milliseconds since 1970.")
                .exception();
    }

    private static List<RecordHeader> recordHeaders(
            Map<String, List<String>> query, HttpHeaders headers) {
        List<RecordHeader> found = new ArrayList<>(0);
        for (Map.Entry<String, String> each : headers) {
            String name = each.getKey();
            if (name.regionMatches(true, 0, HEADER_PREFIX, 0, HEADER_PREFIX.length())) {
                found.add(header(name.substring(HEADER_PREFIX.length()), asSent(each.getValue())));
            }
        }
        query.forEach(
                (name, values) -> {
                    if (name.startsWith(QUERY_PREFIX)) {
                        values.forEach(
                                value ->
                                        found.add(
                                                header(
                                                        name.substring(QUERY_PREFIX.length()),
                                                        utf8(value))));
                    }
                });
        return found;
    }

    private static RecordHeader header(String name, byte[] value) {
        return new RecordHeader(name, ByteBuffer.wrap(value));
    }

    /** The bytes of an HTTP header, which the server hands out one per character. */
    private static byte[] asSent(String headerValue) {
        return headerValue.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
