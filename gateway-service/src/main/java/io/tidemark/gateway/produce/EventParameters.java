package io.tidemark.gateway.produce;

import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.shared.idempotency.IdempotencyKey;
import java.util.List;
import java.util.Set;

/**
 * What {@code POST /topics/{topic}/events} takes beside its body, all kinds of body together. What
 * each takes of it, {@link EventKind} says.
 */
final class EventParameters {

    static final String KEY = "key";
    static final String PARTITION = "partition";
    static final String TIMESTAMP = "timestamp";
    static final String HEADERS = "header.<name>";
    static final String VALIDATE = "validate";
    static final String IDEMPOTENCY = "idempotency";
    static final String TIMEOUT = "timeout";
    static final String KEY_HEADER = "X-Key";
    static final String HEADER_HEADERS = "X-Header-<name>";
    static final String ATTRIBUTES = "ce-<attribute>";

    private static final List<Route.Parameter> ALL =
            declare(Route.post("/topics/{topic}/events")).parameters();

    private EventParameters() {}

    static Route.Builder declare(Route.Builder route) {
        return route.query(KEY, "string", "The record's key, as text; not with NDJSON")
                .query(PARTITION, "integer", "The partition; else the key decides")
                .query(TIMESTAMP, "integer", "Milliseconds since 1970; else now; not with NDJSON")
                .queries(HEADERS, "string", "A header of the record, as text; not with NDJSON")
                .query(
                        VALIDATE,
                        "boolean",
                        "`false` stores a body of a JSON Content-Type that is not JSON; only with"
                                + " one that is stored as it is, and has such a type")
                .query(
                        IDEMPOTENCY,
                        "string",
                        "`event`: `id` and `source` of a CloudEvent are its Idempotency-Key; not"
                                + " with batches")
                .query(TIMEOUT, "integer", ProduceRoutes.TIMEOUT)
                .header(IdempotencyKey.HEADER, ProduceRoutes.ONCE)
                .header(KEY_HEADER, "The record's key, where the query has none; not with NDJSON")
                .header(HEADER_HEADERS, "A header of the record; not with NDJSON")
                .header(
                        ATTRIBUTES,
                        "An attribute of a CloudEvent in binary mode; not with those in JSON");
    }

    /** Those of these names. */
    static List<Route.Parameter> named(Set<String> names) {
        return ALL.stream().filter(parameter -> names.contains(parameter.name())).toList();
    }
}
