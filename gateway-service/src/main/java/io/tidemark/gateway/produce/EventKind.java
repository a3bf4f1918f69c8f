package io.tidemark.gateway.produce;

import static io.tidemark.gateway.produce.EventParameters.ATTRIBUTES;
import static io.tidemark.gateway.produce.EventParameters.HEADERS;
import static io.tidemark.gateway.produce.EventParameters.HEADER_HEADERS;
import static io.tidemark.gateway.produce.EventParameters.IDEMPOTENCY;
import static io.tidemark.gateway.produce.EventParameters.KEY;
import static io.tidemark.gateway.produce.EventParameters.KEY_HEADER;
import static io.tidemark.gateway.produce.EventParameters.PARTITION;
import static io.tidemark.gateway.produce.EventParameters.TIMEOUT;
import static io.tidemark.gateway.produce.EventParameters.TIMESTAMP;
import static io.tidemark.gateway.produce.EventParameters.VALIDATE;

import io.netty.handler.codec.http.HttpHeaders;
import io.tidemark.gateway.api.Declared;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.shared.idempotency.IdempotencyKey;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The kinds of body that {@code /events} takes, and what each takes beside it. The route declares
 * what any of them takes; what one makes nothing of is refused with it.
 *
 * <pre>
 * Content-Type                             ce-*      kind
 * application/cloudevents+json                       STRUCTURED
 * application/cloudevents-batch+json                 BATCH
 * any other                                there     BINARY
 * application/x-ndjson, …/ndjson, …/jsonl  none      LINES
 * any other, or none                       none      RAW
 * </pre>
 */
enum EventKind {
    /** Where there are attributes it is another kind: they are named here not to be looked for. */
    RAW(
            "a body that is no CloudEvent",
            KEY,
            PARTITION,
            TIMESTAMP,
            HEADERS,
            VALIDATE,
            TIMEOUT,
            IdempotencyKey.HEADER,
            KEY_HEADER,
            HEADER_HEADERS,
            ATTRIBUTES),
    /** An Idempotency-Key is refused with all streams, and is told why. */
    LINES(
            "NDJSON, whose lines have their own,",
            PARTITION,
            TIMEOUT,
            IdempotencyKey.HEADER,
            ATTRIBUTES),
    BINARY(
            "a CloudEvent in binary mode",
            KEY,
            PARTITION,
            TIMESTAMP,
            HEADERS,
            VALIDATE,
            IDEMPOTENCY,
            TIMEOUT,
            IdempotencyKey.HEADER,
            KEY_HEADER,
            HEADER_HEADERS,
            ATTRIBUTES),
    STRUCTURED(
            "a CloudEvent in JSON, which is kept whole,",
            KEY,
            PARTITION,
            TIMESTAMP,
            HEADERS,
            IDEMPOTENCY,
            TIMEOUT,
            IdempotencyKey.HEADER,
            KEY_HEADER,
            HEADER_HEADERS),
    BATCH(
            "a batch of CloudEvents",
            KEY,
            PARTITION,
            TIMESTAMP,
            HEADERS,
            TIMEOUT,
            IdempotencyKey.HEADER,
            KEY_HEADER,
            HEADER_HEADERS);

    private static final String CLOUDEVENTS = "application/cloudevents";
    private static final String ONE = "application/cloudevents+json";
    private static final String SEVERAL = "application/cloudevents-batch+json";

    private final Declared declared;

    EventKind(String what, String... takes) {
        this.declared = new Declared(what, EventParameters.named(Set.of(takes)));
    }

    /**
     * The kind of a body.
     *
     * @param essence of its Content-Type
     * @throws io.tidemark.gateway.error.ApiErrorException 415 for CloudEvents that are not in JSON
     */
    static EventKind of(String essence, HttpHeaders headers) {
        if (essence.startsWith(CLOUDEVENTS)) {
            return switch (essence) {
                case ONE -> STRUCTURED;
                case SEVERAL -> BATCH;
                default ->
                        throw ApiError.unsupportedMediaType(
                                        "CloudEvents come in JSON (%s, %s), not as '%s'."
                                                .formatted(ONE, SEVERAL, essence))
                                .exception();
            };
        }
        if (CloudEventProduce.hasAttributes(headers)) {
            return BINARY;
        }
        return switch (essence) {
            case "application/x-ndjson", "application/ndjson", "application/jsonl" -> LINES;
            default -> RAW;
        };
    }

    /** Fails where something stands beside the body that this kind makes nothing of. */
    void check(Map<String, List<String>> query, HttpHeaders headers) {
        declared.check(query, headers);
    }
}
