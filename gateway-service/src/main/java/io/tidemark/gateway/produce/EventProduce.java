package io.tidemark.gateway.produce;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.tidemark.gateway.api.Declared;
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
import java.util.Locale;
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
        String partitionText = last(query, "partition");
        int partition =
                partitionText == null
                        ? ParsedRecord.ANY_PARTITION
                        : ProduceContext.partition(topic, partitionText);
        NativeDialect dialect = new NativeDialect(topic, limits.maxUnitBytes());
        HttpHeaders headers = request.requestHeaders();
        String contentType = headers.get(HttpHeaderNames.CONTENT_TYPE);
        Surroundings surroundings = surroundings(query, headers);
        boolean once = onceByEvent(query);
        WholeBody events = CloudEventProduce.of(headers, surroundings, dialect, once);
        if (events != null) {
            return context.produceBody(request, response, topic, partition, events);
        }
        if (once) {
            throw ApiError.badRequest("idempotency=event: the request is not a CloudEvent.")
                    .exception();
        }
        if (contentType != null && isNdjson(contentType)) {
            return context.stream(request, response, topic, partition, dialect, limits, NDJSON);
        }
        return context.produceBody(
                request,
                response,
                topic,
                partition,
                new RawBody(surroundings, dialect, isJson(contentType) && validate(query)));
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

    private static boolean isNdjson(String contentType) {
        String type = contentType.toLowerCase(Locale.ROOT);
        return type.startsWith(NDJSON)
                || type.startsWith("application/ndjson")
                || type.startsWith("application/jsonl");
    }

    /** Whether the sender says that the body is JSON. */
    private static boolean isJson(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        int end = contentType.indexOf(';');
        String type = (end < 0 ? contentType : contentType.substring(0, end)).strip();
        return type.equalsIgnoreCase("application/json")
                || type.regionMatches(true, type.length() - 5, "+json", 0, 5);
    }

    /** Whether a CloudEvent's id and source are to be its idempotency key. */
    private static boolean onceByEvent(Map<String, List<String>> query) {
        String text = last(query, "idempotency");
        if (text != null && !text.equals("event")) {
            throw ApiError.badRequest("idempotency: '" + text + "' is not event.").exception();
        }
        return text != null;
    }

    private static boolean validate(Map<String, List<String>> query) {
        String text = last(query, "validate");
        return switch (text) {
            case null -> true;
            case "true" -> true;
            case "false" -> false;
            default ->
                    throw ApiError.badRequest("validate: '" + text + "' is not true or false.")
                            .exception();
        };
    }

    private static void requireJson(Body body) {
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
        String key = last(query, "key");
        String keyHeader = headers.get("X-Key");
        return new Surroundings(
                key != null ? utf8(key) : keyHeader != null ? asSent(keyHeader) : null,
                timestamp(last(query, "timestamp")),
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
