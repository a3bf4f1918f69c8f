package io.tidemark.gateway.consume;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.limit.ReadBudget;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.routing.Lane;
import io.tidemark.gateway.routing.Patience;
import io.tidemark.gateway.security.Access;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** {@code GET /topics/{topic}/partitions/{partition}/records}: a read that needs no consumer. */
public final class PartitionRecords implements RouteGroup {

    private static final Set<String> NAMES =
            Set.of("offset", "timestamp", "timeout", "max_bytes", "include");
    private static final int MAX_BYTES = 16 << 20;

    /** Each waiting read has a connection of its own to the leader. */
    private static final int MAX_WAITING = 256;

    private final ClusterView view;
    private final Access access;
    private final LogReader reader;
    private final OffsetLookup offsets;
    private final ReadBudget budget;
    private final Patience patience;
    private final BitSet lanes = new BitSet();

    /**
     * @param patience for an answer, beside the wait that a request asks for: a leader that changes
     *     is followed for so long
     */
    public PartitionRecords(
            ClusterView view,
            Access access,
            LogReader reader,
            OffsetLookup offsets,
            ReadBudget budget,
            Patience patience) {
        this.view = view;
        this.access = access;
        this.reader = reader;
        this.offsets = offsets;
        this.budget = budget;
        this.patience = patience;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/topics/{topic}/partitions/{partition}/records")
                        .tag("Records (v2)")
                        .summary("Read records of one partition, without a consumer")
                        .description(
                                "Answers as soon as there is a record, or with an empty list after"
                                        + " `timeout`. `Accept` decides the embedded format.")
                        .query("offset", "integer", "The first record; the log's start by default")
                        .query("timestamp", "integer", "Or: the first one not older, ms since 1970")
                        .query(
                                "timeout",
                                "integer",
                                "ms to wait for a record, at most 300000; 0 by default. Also for a"
                                        + " leader where the partition has none; 10000 by default")
                        .query("max_bytes", "integer", "Of keys and values; 1 MiB by default")
                        .queries(
                                "include",
                                "string",
                                "`headers,timestamp` adds these to each record")
                        .answers(
                                200,
                                "The records",
                                new Route.Body(
                                        List.of(
                                                EmbeddedFormat.BINARY.contentType(),
                                                EmbeddedFormat.JSON.contentType(),
                                                EmbeddedFormat.TEXT.contentType()),
                                        Route.Body.reference("ConsumedRecords"),
                                        ""))
                        .servedDirectlyWithHeadBy(this::records));
    }

    private record Query(
            TopicImage topic,
            int partition,
            long offset,
            long timestampMs,
            int timeoutMs,
            Patience patience,
            int maxBytes,
            RecordsJson json) {}

    private Publisher<Void> records(
            HttpServerRequest request, HttpServerResponse response, List<String> pathVariables) {
        String accept = String.join(",", request.requestHeaders().getAll("Accept"));
        EmbeddedFormat format =
                EmbeddedFormat.accepted(accept)
                        .orElseThrow(
                                () ->
                                        ApiError.notAcceptable(
                                                        "Records come as application/vnd.kafka.{binary,json,text}.v2+json, not as '"
                                                                + accept
                                                                + "'.")
                                                .exception());
        Query query = query(request.uri(), pathVariables, format);
        return Mono.fromCompletionStage(() -> read(query))
                .flatMap(
                        records ->
                                response.status(200)
                                        .header(HttpHeaderNames.CONTENT_TYPE, format.contentType())
                                        .sendObject(
                                                query.json.write(
                                                        query.topic.name(),
                                                        records,
                                                        query.maxBytes,
                                                        response.alloc(),
                                                        budget))
                                        .then());
    }

    private Query query(String uri, List<String> pathVariables, EmbeddedFormat format) {
        Map<String, List<String>> parameters;
        try {
            parameters = new QueryStringDecoder(uri).parameters();
        } catch (IllegalArgumentException e) {
            throw bad("The query is not properly encoded.");
        }
        for (String name : parameters.keySet()) {
            if (!NAMES.contains(name)) {
                throw bad(
                        name
                                + ": unknown parameter; known are offset, timestamp, timeout,"
                                + " max_bytes and include.");
            }
        }
        String name = pathVariables.get(0);
        access.requireTopic(Access.ANONYMOUS, Operation.READ, name);
        TopicImage topic = view.requireTopic(name);
        int partition = partition(topic, pathVariables.get(1));
        if (parameters.containsKey("offset") && parameters.containsKey("timestamp")) {
            throw bad("timestamp: give either offset or timestamp, not both.");
        }
        List<String> include = include(parameters);
        int timeoutMs = (int) number(parameters, "timeout", 0, Patience.MAX_MS);
        return new Query(
                topic,
                partition,
                number(parameters, "offset", OffsetLookup.EARLIEST, Long.MAX_VALUE),
                number(parameters, "timestamp", -1, Long.MAX_VALUE),
                timeoutMs,
                parameters.containsKey("timeout") ? patience.waiting(timeoutMs) : patience,
                (int) number(parameters, "max_bytes", 1 << 20, MAX_BYTES),
                new RecordsJson(
                        format, include.contains("timestamp"), include.contains("headers")));
    }

    private static RuntimeException bad(String message) {
        return ApiError.badRequest(message).exception();
    }

    private static int partition(TopicImage topic, String text) {
        if (!text.matches("\\d{1,9}")) {
            throw bad("partition: '" + text + "' is not a number.");
        }
        int partition = Integer.parseInt(text);
        if (partition >= topic.partitions().size()) {
            throw ApiError.partitionNotFound(topic.name(), partition).exception();
        }
        return partition;
    }

    private static List<String> include(Map<String, List<String>> parameters) {
        List<String> parts =
                List.of(String.join(",", parameters.getOrDefault("include", List.of())).split(","));
        for (String part : parts) {
            if (!part.isEmpty() && !part.equals("headers") && !part.equals("timestamp")) {
                throw bad("include: '" + part + "' is neither headers nor timestamp.");
            }
        }
        return parts;
    }

    private static long number(
            Map<String, List<String>> parameters, String name, long otherwise, long max) {
        List<String> values = parameters.get(name);
        if (values == null) {
            return otherwise;
        }
        String text = values.getFirst();
        if (!text.matches("\\d{1,18}") || values.size() > 1 || Long.parseLong(text) > max) {
            throw bad(
                    "%s: '%s' is not a number from 0 to %d."
                            .formatted(name, String.join(",", values), max));
        }
        return Long.parseLong(text);
    }

    private CompletionStage<List<LogRecord>> read(Query query) {
        return offset(query)
                .thenCompose(
                        offset ->
                                fetch(query, offset, Lane.FETCH, 0)
                                        .thenCompose(
                                                records ->
                                                        records.isEmpty() && query.timeoutMs > 0
                                                                ? waitFor(query, offset)
                                                                : CompletableFuture.completedFuture(
                                                                        records)));
    }

    private CompletionStage<Long> offset(Query query) {
        if (query.offset >= 0) {
            return CompletableFuture.completedFuture(query.offset);
        }
        long asked = query.timestampMs >= 0 ? query.timestampMs : OffsetLookup.EARLIEST;
        return offsets.one(query.topic.name(), query.partition, asked, query.patience)
                .thenCompose(
                        found ->
                                found >= 0
                                        ? CompletableFuture.completedFuture(found)
                                        : offsets.one(
                                                query.topic.name(),
                                                query.partition,
                                                OffsetLookup.LATEST,
                                                query.patience));
    }

    private CompletionStage<List<LogRecord>> waitFor(Query query, long offset) {
        int lane = takeLane();
        return fetch(query, offset, Lane.longPoll("read-" + lane), query.timeoutMs)
                .whenComplete((records, failure) -> giveLane(lane));
    }

    private int takeLane() {
        synchronized (lanes) {
            int lane = lanes.nextClearBit(0);
            if (lane >= MAX_WAITING) {
                throw ApiError.busy(MAX_WAITING + " reads are waiting already.", 1).exception();
            }
            lanes.set(lane);
            return lane;
        }
    }

    private void giveLane(int lane) {
        synchronized (lanes) {
            lanes.clear(lane);
        }
    }

    private CompletionStage<List<LogRecord>> fetch(
            Query query, long offset, Lane lane, int waitMs) {
        return reader.fetch(
                        query.topic.name(),
                        query.partition,
                        offset,
                        lane,
                        new LogReader.Limits(waitMs, query.maxBytes, query.maxBytes),
                        query.patience)
                .thenCompose(read -> records(query, offset, read));
    }

    private CompletionStage<List<LogRecord>> records(Query query, long offset, PartitionRead read) {
        return switch (read) {
            case PartitionRead.Records found -> CompletableFuture.completedFuture(found.records());
            case PartitionRead.Unavailable unavailable ->
                    CompletableFuture.failedFuture(
                            ApiError.of(unavailable.error(), null).exception());
            case PartitionRead.OutOfRange range -> outOfRange(query, offset);
            case PartitionRead.Damaged damaged ->
                    CompletableFuture.failedFuture(
                            damaged.error(query.topic.name(), offset).exception());
        };
    }

    private CompletionStage<List<LogRecord>> outOfRange(Query query, long offset) {
        String topic = query.topic.name();
        return offsets.one(topic, query.partition, OffsetLookup.EARLIEST, query.patience)
                .thenCombine(
                        offsets.one(topic, query.partition, OffsetLookup.LATEST, query.patience),
                        (start, end) -> {
                            throw bad(
                                    "offset: %d is out of range; partition %d of '%s' holds %d to %d."
                                            .formatted(offset, query.partition, topic, start, end));
                        });
    }
}
