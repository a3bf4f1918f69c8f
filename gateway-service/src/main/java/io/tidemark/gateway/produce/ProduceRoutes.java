package io.tidemark.gateway.produce;

import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.api.Route.Body;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.limit.InFlightBudget;
import io.tidemark.gateway.produce.batch.Producer;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.routing.Patience;
import io.tidemark.gateway.security.Access;
import io.tidemark.gateway.shared.idempotency.IdempotencyKey;
import io.tidemark.gateway.shared.idempotency.IdempotentRequests;
import io.tidemark.gateway.trace.Traces;
import java.util.ArrayList;
import java.util.List;

/** The routes that take records, served directly. */
public final class ProduceRoutes implements RouteGroup {

    private static final String V2 = "REST v2";
    private static final String V3 = "REST v3";
    private static final String EVENTS = "Events";
    static final String TIMEOUT =
            "ms until the outcome, at most 300000; 30000 by default. A leader that changes meanwhile"
                    + " is followed";

    static final String ONCE =
            "The request is carried out once for a key; repeated, it gets the first answer. Up to"
                    + " 255 characters. Not with streams of records";

    private static final String V2_SCHEMA =
            """
            {"type":"object","required":["records"],"properties":{"records":{"type":"array",\
            "minItems":1,"items":{"type":"object","properties":{"key":{},"value":{},\
            "partition":{"type":["integer","null"],"minimum":0},"headers":{"type":"array",\
            "items":{"type":"object","required":["name"],"properties":{"name":{"type":"string"},\
            "value":{"type":["string","null"],"contentEncoding":"base64"}}}},\
            "timestamp":{"type":["integer","string","null"]}}}}}}""";
    private static final String V2_ANSWER =
            """
            {"type":"object","properties":{"offsets":{"type":"array","items":{"type":"object",\
            "properties":{"partition":{"type":["integer","null"]},\
            "offset":{"type":["integer","null"]},"error_code":{"type":["integer","null"]},\
            "error":{"type":["string","null"]}}}},"key_schema_id":{"type":["integer","null"]},\
            "value_schema_id":{"type":["integer","null"]}}}""";
    private static final String DATA =
            """
            {"type":["object","null"],"required":["type","data"],"properties":{"type":\
            {"enum":["BINARY","JSON","STRING"]},"data":{}}}""";
    private static final String V3_PROPERTIES =
            """
            "partition_id":{"type":["integer","null"],"minimum":0},"headers":{"type":"array",\
            "items":{"type":"object","required":["name"],"properties":{"name":{"type":"string"},\
            "value":{"type":["string","null"],"contentEncoding":"base64"}}}},"key":"""
                    + DATA
                    + ",\"value\":"
                    + DATA
                    + ",\"timestamp\":{\"type\":[\"string\",\"integer\",\"null\"]}";
    private static final String V3_SCHEMA =
            "{\"type\":\"object\",\"properties\":{" + V3_PROPERTIES + "}}";
    private static final String V3_BATCH_SCHEMA =
            "{\"type\":\"object\",\"required\":[\"entries\"],\"properties\":{\"entries\":{\"type\":"
                    + "\"array\",\"items\":{\"type\":\"object\",\"required\":[\"id\"],"
                    + "\"properties\":{\"id\":{\"type\":\"string\",\"maxLength\":80},"
                    + V3_PROPERTIES
                    + "}}}}}";

    private final V2Produce v2;
    private final V3Produce v3;
    private final EventProduce events;

    /** The limits of requests and streams. */
    public record Limits(
            InFlightBudget budget,
            int maxBodyBytes,
            int maxRecordBytes,
            int maxStreamInFlightBytes,
            Patience patience) {}

    /**
     * @param missing makes topics that are not there, for v2 and v3
     * @param once carries out requests with an Idempotency-Key
     * @param maxRecordsWithKey of such a request
     * @param traces of requests
     */
    public ProduceRoutes(
            ClusterView view,
            Producer producer,
            Access access,
            MissingTopics missing,
            Limits limits,
            IdempotentRequests once,
            long maxRecordsWithKey,
            Traces traces) {
        BodyReader bodies =
                new BodyReader(limits.budget, limits.maxBodyBytes, limits.patience.timeout());
        ProduceContext context =
                new ProduceContext(
                        view,
                        producer,
                        bodies,
                        access,
                        missing,
                        new ProduceOnce(once, maxRecordsWithKey),
                        traces,
                        limits.patience);
        StreamLimits streams =
                new StreamLimits(
                        limits.budget,
                        asTransferred(limits.maxRecordBytes),
                        limits.maxStreamInFlightBytes);
        this.v2 = new V2Produce(context);
        this.v3 = new V3Produce(context, streams);
        this.events = new EventProduce(context, streams);
    }

    /** A record in base64, with its names and braces. */
    private static int asTransferred(int recordBytes) {
        return recordBytes / 3 * 4 + 4096;
    }

    @Override
    public List<Route> routes() {
        List<Route> routes = new ArrayList<>(List.of(v2Topic(), v2Partition(), events()));
        for (Route route : List.of(v3Records(), v3Batch())) {
            routes.add(route.under("/v3"));
            routes.add(route.under("/kafka/v3"));
        }
        return routes;
    }

    private Route v2Topic() {
        return v2(
                Route.post("/topics/{topic}")
                        .summary("Produce records to a topic")
                        .description(
                                "A record without a partition goes where Kafka's default"
                                        + " partitioner would put it."));
    }

    private Route v2Partition() {
        return v2(
                Route.post("/topics/{topic}/partitions/{partition}")
                        .summary("Produce records to one partition"));
    }

    private Route v2(Route.Builder builder) {
        return builder.tag(V2)
                .query("timeout", "integer", TIMEOUT)
                .query(
                        "async",
                        "boolean",
                        "Answer 204 as soon as the records are taken, without their outcome")
                .header(IdempotencyKey.HEADER, ONCE)
                .takes(
                        new Body(
                                List.of(
                                        "application/vnd.kafka.json.v2+json",
                                        "application/vnd.kafka.text.v2+json",
                                        "application/vnd.kafka.binary.v2+json"),
                                V2_SCHEMA,
                                "{\"records\":[{\"key\":\"k\",\"value\":{\"hello\":\"world\"}}]}"))
                .answers(
                        200,
                        "An outcome for each record, in order",
                        new Body(List.of(V2Types.PLAIN), V2_ANSWER, ""))
                .servedDirectlyBy(v2::produce);
    }

    private Route v3Records() {
        return Route.post("/clusters/{cluster}/topics/{topic}/records")
                .tag(V3)
                .summary("Produce a record, or a stream of records")
                .query("timeout", "integer", TIMEOUT)
                .header(IdempotencyKey.HEADER, ONCE)
                .description(
                        "The body is one object or several, one after the other. With"
                                + " `Transfer-Encoding: chunked` they are produced as they come, and"
                                + " a delivery report follows for each, in order.")
                .takes(
                        Body.json(
                                V3_SCHEMA,
                                "{\"key\":{\"type\":\"STRING\",\"data\":\"k\"},"
                                        + "\"value\":{\"type\":\"JSON\",\"data\":{\"hello\":1}}}"))
                .answers(200, "A delivery report for each record", Body.of("DeliveryReport"))
                .servedDirectlyBy(v3::records);
    }

    private Route v3Batch() {
        return Route.post("/clusters/{cluster}/topics/{topic}/records:batch")
                .tag(V3)
                .summary("Produce a batch of records, each with an id")
                .query("timeout", "integer", TIMEOUT)
                .header(IdempotencyKey.HEADER, ONCE)
                .takes(
                        Body.json(
                                V3_BATCH_SCHEMA,
                                "{\"entries\":[{\"id\":\"1\",\"value\":{\"type\":\"STRING\","
                                        + "\"data\":\"hello\"}}]}"))
                .answers(207, "Successes and failures, by id", Body.of("BatchOutcome"))
                .servedDirectlyBy(v3::batch);
    }

    private Route events() {
        return Route.post("/topics/{topic}/events")
                .tag(EVENTS)
                .summary("Produce the body as it is, or a line a record")
                .description(
                        "Any Content-Type: the body's bytes become the record's value. Request"
                                + " headers `X-Header-<name>` and query parameters `header.<name>`"
                                + " become record headers. With `Content-Type:"
                                + " application/x-ndjson` each line is a record, `{\"key\",\"value\","
                                + "\"headers\",\"partition\",\"timestamp\"}`, produced as it comes"
                                + " and answered by a line. CloudEvents 1.0 come in binary mode"
                                + " (`ce-*` headers, which become `ce_*` headers of the record),"
                                + " structured (`application/cloudevents+json`, kept whole) and in"
                                + " batches (`application/cloudevents-batch+json`, answered by an"
                                + " array, with 207 where an event was refused); their"
                                + " `partitionkey` is the key. The cursor in the answer is a place to"
                                + " read from: the stream begins with the record.")
                .with(EventParameters::declare)
                .takes(
                        new Body(
                                List.of(
                                        "*/*",
                                        "application/x-ndjson",
                                        "application/cloudevents+json",
                                        "application/cloudevents-batch+json"),
                                Body.reference("Anything"),
                                ""))
                .answers(
                        200,
                        "Where the record is",
                        Body.json(
                                "{\"type\":\"object\",\"properties\":{\"topic\":{\"type\":"
                                        + "\"string\"},\"partition\":{\"type\":\"integer\"},"
                                        + "\"offset\":{\"type\":\"integer\"},\"timestamp\":"
                                        + "{\"type\":\"integer\"},\"cursor\":{\"type\":\"string\"}}}",
                                ""))
                .servedDirectlyBy(events::produce);
    }
}
