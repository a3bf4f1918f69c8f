package io.tidemark.gateway.produce;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.tidemark.gateway.api.ContentType;
import io.tidemark.gateway.api.JsonCharset;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.error.JsonText;
import io.tidemark.gateway.produce.Dialect.Unit;
import io.tidemark.gateway.produce.batch.Delivery;
import io.tidemark.gateway.produce.batch.Producer.Candidate;
import io.tidemark.gateway.produce.body.ParsedRecord;
import io.tidemark.gateway.produce.body.Splitter;
import io.tidemark.gateway.produce.body.V3Record;
import io.tidemark.metadata.image.TopicImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** {@code POST /v3/clusters/{cluster}/topics/{topic}/records} and {@code …/records:batch}. */
final class V3Produce {

    private static final String JSON = "application/json";

    private final ProduceContext context;
    private final StreamLimits limits;

    V3Produce(ProduceContext context, StreamLimits limits) {
        this.context = context;
        this.limits = limits;
    }

    /** One record, several, or a stream of them where the body is chunked. */
    Publisher<Void> records(
            HttpServerRequest request, HttpServerResponse response, List<String> path) {
        return writing(request, path, topic -> records(request, response, topic));
    }

    private Publisher<Void> records(
            HttpServerRequest request, HttpServerResponse response, TopicImage topic) {
        V3Dialect dialect = dialect(topic);
        if (request.requestHeaders().contains(HttpHeaderNames.TRANSFER_ENCODING)) {
            return context.stream(request, response, topic, -1, dialect, limits, JSON);
        }
        return context.produceBody(
                request, response, topic, ParsedRecord.ANY_PARTITION, new Records(dialect));
    }

    /** One record, or several. */
    private static final class Records implements WholeBody {
        private final V3Dialect dialect;
        private final List<Unit> units = new ArrayList<>(1);

        Records(V3Dialect dialect) {
            this.dialect = dialect;
        }

        @Override
        public List<Candidate> parse(Body body) {
            split(dialect, body, units);
            return units.stream().map(Unit::candidate).toList();
        }

        /** What became of a record stands in its report, be it the only one. */
        @Override
        public int status(Delivery delivery) {
            return 200;
        }

        @Override
        public String contentType() {
            return JSON;
        }

        @Override
        public StringBuilder json(Delivery delivery) {
            StringBuilder json = new StringBuilder(256 * units.size());
            for (int i = 0; i < units.size(); i++) {
                dialect.report(units.get(i), delivery, i, json);
            }
            return json;
        }
    }

    private static void split(V3Dialect dialect, Body body, List<Unit> units) {
        Splitter splitter = dialect.splitter();
        Splitter.UnitConsumer parse =
                (bytes, from, length) -> {
                    Unit unit = dialect.parse(bytes, from, length);
                    body.pay(unit.heapBytes());
                    units.add(unit);
                };
        byte[] bytes =
                body.length() == body.bytes().length
                        ? body.bytes()
                        : Arrays.copyOf(body.bytes(), body.length());
        if (splitter.feed(bytes, parse) == Splitter.Progress.TOO_LONG) {
            throw ApiError.tooLarge("A record is too long.").exception();
        }
        splitter.end(parse);
        if (units.isEmpty()) {
            throw ApiError.invalidJson("The body has no record.").exception();
        }
    }

    /** Entries with ids; 207 says for each whether it was stored. */
    Publisher<Void> batch(
            HttpServerRequest request, HttpServerResponse response, List<String> path) {
        return writing(
                request,
                path,
                topic ->
                        context.produceBody(
                                request,
                                response,
                                topic,
                                ParsedRecord.ANY_PARTITION,
                                new Entries(dialect(topic))));
    }

    private static final class Entries implements WholeBody {
        private final V3Dialect dialect;
        private List<V3Record.Entry> entries = List.of();

        Entries(V3Dialect dialect) {
            this.dialect = dialect;
        }

        @Override
        public List<Candidate> parse(Body body) {
            entries = V3Record.parseBatch(body.bytes(), body.length(), body::pay);
            return entries.stream().map(Entries::candidate).toList();
        }

        private static Candidate candidate(V3Record.Entry entry) {
            V3Record record = entry.record();
            return record == null
                    ? Candidate.refused(entry.error() == null ? ApiError.internal() : entry.error())
                    : Candidate.of(record.record());
        }

        @Override
        public int status(Delivery delivery) {
            return 207;
        }

        @Override
        public String contentType() {
            return JSON;
        }

        @Override
        public StringBuilder json(Delivery delivery) {
            return batchJson(dialect, entries, delivery);
        }
    }

    private static StringBuilder batchJson(
            V3Dialect dialect, List<V3Record.Entry> entries, Delivery delivery) {
        StringBuilder successes = new StringBuilder("{\"successes\":[");
        StringBuilder failures = new StringBuilder("],\"failures\":[");
        boolean stored = false;
        boolean failed = false;
        for (int i = 0; i < entries.size(); i++) {
            V3Record.Entry entry = entries.get(i);
            ApiError error = delivery.error(i);
            V3Record record = entry.record();
            if (error == null && record != null) {
                successes.append(stored ? ",{\"id\":" : "{\"id\":");
                JsonText.quote(entry.id(), successes);
                successes.append(',');
                dialect.appendStored(record, delivery, i, successes);
                stored = true;
            } else if (error != null) {
                failures.append(failed ? ",{\"id\":" : "{\"id\":");
                JsonText.quote(entry.id(), failures);
                failures.append(",\"error_code\":").append(error.errorCode());
                failures.append(",\"message\":");
                JsonText.quote(error.message(), failures);
                failures.append('}');
                failed = true;
            }
        }
        return successes.append(failures).append("]}");
    }

    private V3Dialect dialect(TopicImage topic) {
        return new V3Dialect(context.view.image().clusterId(), topic.name(), limits.maxUnitBytes());
    }

    /** Checks what can be checked before the topic is looked for, and made where it is missing. */
    private Publisher<Void> writing(
            HttpServerRequest request,
            List<String> path,
            Function<TopicImage, Publisher<Void>> then) {
        HttpHeaders headers = request.requestHeaders();
        String contentType = headers.get(HttpHeaderNames.CONTENT_TYPE);
        if (contentType != null && !ContentType.isJson(ContentType.essence(contentType))) {
            throw ApiError.unsupportedMediaType(
                            "Content-Type '%s' is not supported here; send application/json."
                                    .formatted(contentType))
                    .exception();
        }
        JsonCharset.require(contentType);
        context.requireCluster(path.getFirst());
        return context.writing(request, path.get(1), then);
    }
}
