package io.tidemark.gateway.produce;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.produce.batch.Delivery;
import io.tidemark.gateway.produce.batch.Producer.Candidate;
import io.tidemark.gateway.produce.body.CloudEvent;
import io.tidemark.gateway.produce.body.ParsedRecord;
import io.tidemark.gateway.produce.body.Toll;
import io.tidemark.gateway.shared.idempotency.IdempotencyKey;
import io.tidemark.protocol.record.RecordHeader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * CloudEvents over HTTP become CloudEvents in Kafka, mode by mode:
 *
 * <pre>
 * HTTP                                              record
 * binary:     ce-id: 1 (percent-encoded)            header ce_id: 1
 *             Content-Type: text/plain, a body      header content-type: text/plain, the value
 * structured: application/cloudevents+json          header content-type: …, the value as it came
 * batch:      application/cloudevents-batch+json    a structured one for each event
 * </pre>
 *
 * The key is the extension {@code partitionkey}, where the request names none.
 *
 * @see <a href="https://github.com/cloudevents/spec/tree/v1.0.2/cloudevents/bindings">Bindings</a>
 */
final class CloudEventProduce {

    private static final String PREFIX = "ce-";
    private static final String STRUCTURED = "application/cloudevents+json";

    private CloudEventProduce() {}

    /** What a request has beside its body, as for any record. */
    record Surroundings(byte @Nullable [] key, long timestampMs, List<RecordHeader> headers) {}

    /** Whether any attribute of an event stands in the headers. */
    static boolean hasAttributes(HttpHeaders headers) {
        Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
        while (all.hasNext()) {
            CharSequence name = all.next().getKey();
            if (AsciiString.regionMatches(name, true, 0, PREFIX, 0, PREFIX.length())) {
                return true;
            }
        }
        return false;
    }

    /**
     * One event in JSON, or several.
     *
     * @param once whether an event is stored once, however often it comes: by its id and source
     */
    static WholeBody inJson(
            boolean batch, Surroundings surroundings, NativeDialect dialect, boolean once) {
        return new Events(surroundings, dialect, batch, once);
    }

    /**
     * An event whose attributes stand in the headers.
     *
     * @param once whether it is stored once, however often it comes: by its id and source
     * @param mustBeJson whether its data, where there is any, must be JSON
     */
    static WholeBody binary(
            HttpHeaders headers,
            Surroundings surroundings,
            NativeDialect dialect,
            boolean once,
            boolean mustBeJson) {
        Map<String, String> attributes = attributes(headers);
        if (attributes.containsKey("datacontenttype")) {
            throw ApiError.invalidPayload(
                            "The CloudEvent's ce-datacontenttype is not known: in binary mode it"
                                    + " is the request's Content-Type.")
                    .exception();
        }
        CloudEvent.check(attributes, PREFIX);
        String contentType = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
        return new Binary(attributes, contentType, surroundings, dialect, once, mustBeJson);
    }

    private static Map<String, String> attributes(HttpHeaders headers) {
        Map<String, String> attributes = new TreeMap<>();
        for (Map.Entry<String, String> header : headers) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.startsWith(PREFIX)
                    && attributes.put(
                                    name.substring(PREFIX.length()),
                                    HeaderText.decode(name, header.getValue()))
                            != null) {
                throw ApiError.invalidPayload("The CloudEvent's " + name + " comes twice.")
                        .exception();
            }
        }
        return attributes;
    }

    private static ParsedRecord record(
            Surroundings surroundings,
            @Nullable String partitionKey,
            ByteBuf value,
            List<RecordHeader> own) {
        byte[] key = surroundings.key;
        if (key == null && partitionKey != null) {
            key = partitionKey.getBytes(StandardCharsets.UTF_8);
        }
        List<RecordHeader> headers = new ArrayList<>(own);
        headers.addAll(surroundings.headers);
        return new ParsedRecord(
                ParsedRecord.ANY_PARTITION,
                surroundings.timestampMs,
                key == null ? null : Unpooled.wrappedBuffer(key),
                value,
                headers);
    }

    private static RecordHeader header(String name, String value) {
        return new RecordHeader(name, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
    }

    /** The attributes in the headers, the data in the body. */
    private record Binary(
            Map<String, String> attributes,
            String contentType,
            Surroundings surroundings,
            NativeDialect dialect,
            boolean once,
            boolean mustBeJson)
            implements WholeBody {

        @Override
        public @Nullable Function<Body, IdempotencyKey> key() {
            return once
                    ? body ->
                            IdempotencyKey.ofEvent(
                                    attributes.getOrDefault("source", ""),
                                    attributes.getOrDefault("id", ""))
                    : null;
        }

        @Override
        public List<Candidate> parse(Body body) {
            if (mustBeJson && body.length() > 0) {
                EventProduce.requireJson(body);
            }
            List<RecordHeader> headers = new ArrayList<>();
            attributes.forEach((name, value) -> headers.add(header("ce_" + name, value)));
            if (!contentType.isEmpty()) {
                headers.add(header("content-type", contentType));
            }
            ByteBuf value = Unpooled.wrappedBuffer(body.bytes(), 0, body.length());
            return List.of(
                    Candidate.of(
                            record(surroundings, attributes.get("partitionkey"), value, headers)));
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

    /** One event in JSON, or an array of them. */
    private record Events(
            Surroundings surroundings, NativeDialect dialect, boolean batch, boolean once)
            implements WholeBody {

        @Override
        public @Nullable Function<Body, IdempotencyKey> key() {
            return once ? Events::keyOfOne : null;
        }

        private static IdempotencyKey keyOfOne(Body body) {
            CloudEvent event = CloudEvent.parse(body.bytes(), 0, body.length());
            return IdempotencyKey.ofEvent(event.source(), event.id());
        }

        @Override
        public List<Candidate> parse(Body body) {
            if (batch) {
                int each = surroundings.headers().size() * Toll.HEADER_BYTES;
                Toll toll = bytes -> body.pay(bytes + each);
                return CloudEvent.parseBatch(body.bytes(), body.length(), toll).stream()
                        .map(this::candidate)
                        .toList();
            }
            CloudEvent event = CloudEvent.parse(body.bytes(), 0, body.length());
            return List.of(candidate(new CloudEvent.Entry(event, null)));
        }

        private Candidate candidate(CloudEvent.Entry entry) {
            CloudEvent event = entry.event();
            if (event == null) {
                return Candidate.refused(
                        entry.error() == null ? ApiError.internal() : entry.error());
            }
            return Candidate.of(
                    record(
                            surroundings,
                            event.partitionKey(),
                            event.bytes(),
                            List.of(header("content-type", STRUCTURED))));
        }

        @Override
        public int status(Delivery delivery) {
            for (int i = 0; i < delivery.size(); i++) {
                if (delivery.error(i) != null) {
                    return 207;
                }
            }
            return 200;
        }

        @Override
        public String contentType() {
            return "application/json";
        }

        @Override
        public StringBuilder json(Delivery delivery) {
            return batch ? dialect.outcomes(delivery) : dialect.stored(delivery);
        }
    }
}
