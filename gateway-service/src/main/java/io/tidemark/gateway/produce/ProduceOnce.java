package io.tidemark.gateway.produce;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.error.ApiErrorException;
import io.tidemark.gateway.produce.batch.Delivery;
import io.tidemark.gateway.produce.batch.Producer.Candidate;
import io.tidemark.gateway.security.Access;
import io.tidemark.gateway.shared.idempotency.Fingerprints;
import io.tidemark.gateway.shared.idempotency.IdempotencyKey;
import io.tidemark.gateway.shared.idempotency.IdempotentRequests;
import io.tidemark.gateway.shared.idempotency.IdempotentRequests.Ended;
import io.tidemark.gateway.shared.idempotency.KeptAnswer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Produce requests with an Idempotency-Key: carried out once, answered as often as asked. */
final class ProduceOnce {

    static final CharSequence HEADER =
            io.netty.util.AsciiString.cached(IdempotencyKey.HEADER.toLowerCase(Locale.ROOT));

    private static final String SCOPE = "Idempotency-Scope";
    private static final String REPLAYED = "Idempotency-Replayed";

    private final IdempotentRequests requests;
    private final long maxRecords;

    /**
     * @param maxRecords of a request with a key, so that its answer can be kept
     */
    ProduceOnce(IdempotentRequests requests, long maxRecords) {
        this.requests = requests;
        this.maxRecords = maxRecords;
    }

    /** Fails where a stream comes with a key: its answer has no end that could be kept. */
    static void refuseStreams(HttpServerRequest request) {
        if (request.requestHeaders().contains(HEADER)) {
            throw ApiError.badRequest(
                            IdempotencyKey.HEADER
                                    + " is taken with whole bodies only, and this is a stream of"
                                    + " records (NDJSON, or v3 records with Transfer-Encoding:"
                                    + " chunked). Send them as /topics/{topic} or records:batch"
                                    + " with a Content-Length.")
                    .exception();
        }
    }

    /** Fails where a request that wants no outcome comes with a key: there is no answer to keep. */
    static void refuseWithoutOutcome(HttpServerRequest request) {
        if (request.requestHeaders().contains(HEADER)) {
            throw ApiError.badRequest(
                            IdempotencyKey.HEADER
                                    + " is not taken with async=true, whose outcome is not known"
                                    + " when it is answered.")
                    .exception();
        }
    }

    /**
     * Produces a body once for its key.
     *
     * @param produce produces the records, and releases the body when they have their outcome
     */
    Mono<Void> produce(
            HttpServerRequest request,
            HttpServerResponse response,
            Mono<Body> bodies,
            Duration limit,
            WholeBody what,
            BiFunction<Body, List<Candidate>, Mono<Delivery>> produce) {
        Function<Body, IdempotencyKey> keys = keys(request, what);
        return bodies.flatMap(
                        body -> {
                            List<Candidate> candidates = WholeBody.parse(what, body);
                            refuseTooMany(candidates, body);
                            return requests.once(
                                    new IdempotentRequests.Request(
                                            keys.apply(body),
                                            Access.ANONYMOUS + " " + path(request.uri()),
                                            fingerprint(request, body),
                                            limit),
                                    () ->
                                            Mono.defer(() -> produce.apply(body, candidates))
                                                    .subscribeOn(
                                                            Schedulers.fromExecutor(
                                                                    ProduceContext.eventLoop(
                                                                            request)))
                                                    .map(delivery -> ended(what, delivery)),
                                    body::release);
                        })
                .flatMap(
                        answer -> {
                            KeptAnswer kept = answer.answer();
                            response.header(SCOPE, requests.shared() ? "cluster" : "gateway");
                            if (answer.replayed()) {
                                response.header(REPLAYED, "true");
                            }
                            return ProduceContext.answer(
                                    response,
                                    kept.status(),
                                    kept.contentType(),
                                    new StringBuilder(kept.body()));
                        });
    }

    private static Function<Body, IdempotencyKey> keys(HttpServerRequest request, WholeBody what) {
        List<String> lines = request.requestHeaders().getAll(HEADER);
        Function<Body, IdempotencyKey> own = what.key();
        if (own == null) {
            IdempotencyKey key = IdempotencyKey.parse(lines);
            return body -> key;
        }
        if (!lines.isEmpty()) {
            throw ApiError.badRequest(
                            IdempotencyKey.HEADER
                                    + " is not taken with idempotency=event, which makes id and"
                                    + " source of the CloudEvent the key.")
                    .exception();
        }
        return own;
    }

    private void refuseTooMany(List<Candidate> candidates, Body body) {
        if (candidates.size() > maxRecords) {
            body.release();
            throw ApiError.tooLarge(
                            "A request with an %s has at most %d records, this one has %d."
                                    .formatted(
                                            IdempotencyKey.HEADER, maxRecords, candidates.size()))
                    .exception();
        }
    }

    private static Ended ended(WholeBody what, Delivery delivery) {
        KeptAnswer answer;
        try {
            answer =
                    new KeptAnswer(
                            what.status(delivery),
                            what.contentType(),
                            what.json(delivery).toString());
        } catch (ApiErrorException e) {
            answer =
                    new KeptAnswer(
                            e.error().status(),
                            "application/json",
                            new String(e.error().toJson(), StandardCharsets.UTF_8));
        }
        return new Ended(answer, carriedOut(delivery));
    }

    /** Whether any record was stored, or may have been. */
    private static boolean carriedOut(Delivery delivery) {
        for (int i = 0; i < delivery.size(); i++) {
            ApiError error = delivery.error(i);
            if (error == null || error.outcomeUnknown()) {
                return true;
            }
        }
        return false;
    }

    private static String path(String uri) {
        int end = uri.indexOf('?');
        return end < 0 ? uri : uri.substring(0, end);
    }

    /** Of all that decides what is stored. */
    private static String fingerprint(HttpServerRequest request, Body body) {
        HttpHeaders headers = request.requestHeaders();
        Fingerprints all = new Fingerprints();
        all.add(request.uri());
        all.add(headers.get(HttpHeaderNames.CONTENT_TYPE, ""));
        for (Map.Entry<String, String> each : headers) {
            String name = each.getKey().toLowerCase(Locale.ROOT);
            if (name.equals("x-key") || name.startsWith("x-header-") || name.startsWith("ce-")) {
                all.add(name).add(each.getValue());
            }
        }
        return all.add(body.bytes(), body.length()).finish();
    }
}
