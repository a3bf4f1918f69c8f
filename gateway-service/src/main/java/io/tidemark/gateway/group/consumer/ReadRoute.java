package io.tidemark.gateway.group.consumer;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.consume.EmbeddedFormat;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.shared.instance.InstanceKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** {@code GET …/instances/{i}/records}, in front of WebFlux. */
final class ReadRoute {

    private static final Set<String> NAMES = Set.of("timeout", "max_bytes", "include");
    private static final long MAX_TIMEOUT_MS = 300_000;

    private final RestConsumers consumers;

    ReadRoute(RestConsumers consumers) {
        this.consumers = consumers;
    }

    Route route() {
        return Route.get(ConsumerRoutes.INSTANCE + "/records")
                .tag(ConsumerRoutes.TAG)
                .summary("Read records")
                .description(
                        "Answers as soon as there is a record, or with an empty list after"
                                + " `timeout`. The first read waits for the instance's assignment."
                                + " `Accept` must fit the instance's format. A key or value that is"
                                + " not of that format comes as a string, or as `key_base64` or"
                                + " `value_base64`. Asking again says that the records before are"
                                + " dealt with.")
                .query(
                        "timeout",
                        "integer",
                        "ms to wait for the first record; `consumer.request.timeout.ms` by default")
                .query("max_bytes", "integer", "Of keys, values and headers; 1 MiB by default")
                .queries(
                        "include",
                        "string",
                        "`headers,timestamp` adds these to each record, as the instance's"
                                + " `include` does")
                .answers(
                        200,
                        "The records",
                        new Route.Body(
                                List.of(
                                        EmbeddedFormat.BINARY.contentType(),
                                        EmbeddedFormat.JSON.contentType(),
                                        EmbeddedFormat.TEXT.contentType()),
                                Route.Body.reference("ConsumedRecords"),
                                "[{\"topic\":\"orders\",\"key\":null,\"value\":{\"n\":1},\"partition\":0,\"offset\":0}]"))
                .servedDirectlyBy(this::records);
    }

    /** What was asked, before it is known of whom. */
    private record Asked(
            String accept,
            @Nullable Long timeoutMs,
            @Nullable Long maxBytes,
            List<String> include) {}

    private Publisher<Void> records(
            HttpServerRequest request, HttpServerResponse response, List<String> pathVariables) {
        InstanceKey key = new InstanceKey(pathVariables.get(0), pathVariables.get(1));
        Asked asked = asked(request);
        return Mono.using(
                Exchange::new,
                exchange ->
                        Mono.fromCompletionStage(
                                        () ->
                                                consumers.with(
                                                        key,
                                                        consumer ->
                                                                exchange.read(
                                                                        consumer,
                                                                        query(consumer, asked))))
                                .flatMap(there -> send(response, exchange)),
                Exchange::close);
    }

    private static Mono<Void> send(HttpServerResponse response, Exchange exchange) {
        ByteBuf body = exchange.take();
        if (body == null) {
            return Mono.empty(); // nobody is there any more
        }
        response.status(200)
                .header(HttpHeaderNames.CONTENT_TYPE, exchange.contentType())
                .header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.readableBytes()));
        return response.sendObject(body).then().doOnSuccess(done -> exchange.sent());
    }

    /** From the request to the last byte of its answer, or to the client's disappearance. */
    private static final class Exchange {
        private final AtomicReference<@Nullable ConsumerRead> read = new AtomicReference<>();
        private volatile String contentType = "";
        private volatile boolean closed;

        CompletionStage<Boolean> read(RestConsumer consumer, ReadQuery query) {
            ConsumerRead begun = new ConsumerRead(consumer, query);
            contentType = consumer.settings().format().contentType();
            read.set(begun);
            if (closed) {
                begun.close();
            } else {
                consumer.read(begun);
            }
            return begun.result();
        }

        @Nullable ByteBuf take() {
            ConsumerRead begun = read.get();
            return begun == null ? null : begun.take();
        }

        String contentType() {
            return contentType;
        }

        void sent() {
            ConsumerRead begun = read.get();
            if (begun != null) {
                begun.sent();
            }
        }

        void close() {
            closed = true;
            ConsumerRead begun = read.get();
            if (begun != null) {
                begun.close();
            }
        }
    }

    private ReadQuery query(RestConsumer consumer, Asked asked) {
        InstanceSettings settings = consumer.settings();
        if (!settings.format().isAcceptable(asked.accept)) {
            throw ApiError.notAcceptable(
                            "Consumer instance '%s' gives %s, which Accept '%s' does not take."
                                    .formatted(
                                            consumer.key().instance(),
                                            settings.format().contentType(),
                                            asked.accept))
                    .exception();
        }
        ConsumerProperties properties = consumers.parts().properties();
        long most = properties.maxReadSize().toBytes();
        Long maxBytes = asked.maxBytes;
        Long timeoutMs = asked.timeoutMs;
        return new ReadQuery(
                timeoutMs == null ? settings.requestTimeoutMs() : timeoutMs,
                (int) Math.min(most, maxBytes == null ? properties.readSize().toBytes() : maxBytes),
                settings.fetchMinBytes(),
                settings.withHeaders() || asked.include.contains("headers"),
                settings.withTimestamp() || asked.include.contains("timestamp"));
    }

    private static Asked asked(HttpServerRequest request) {
        Map<String, List<String>> parameters;
        try {
            parameters = new QueryStringDecoder(request.uri()).parameters();
        } catch (IllegalArgumentException e) {
            throw bad("The query is not properly encoded.");
        }
        for (String name : parameters.keySet()) {
            if (!NAMES.contains(name)) {
                throw bad(
                        name
                                + ": unknown parameter; known are timeout, max_bytes and"
                                + " include.");
            }
        }
        return new Asked(
                String.join(",", request.requestHeaders().getAll(HttpHeaderNames.ACCEPT)),
                number(parameters, "timeout", 0, MAX_TIMEOUT_MS),
                number(parameters, "max_bytes", 1, Long.MAX_VALUE),
                InstanceSettings.include(
                        parameters.containsKey("include")
                                ? String.join(",", parameters.get("include"))
                                : null));
    }

    private static @Nullable Long number(
            Map<String, List<String>> parameters, String name, long min, long max) {
        List<String> values = parameters.get(name);
        if (values == null) {
            return null;
        }
        String text = values.getFirst();
        if (!text.matches("\\d{1,18}") || values.size() > 1) {
            throw bad("%s: '%s' is not a number.".formatted(name, String.join(",", values)));
        }
        long number = Long.parseLong(text);
        if (number < min || number > max) {
            throw bad("%s: %d is not from %d to %d.".formatted(name, number, min, max));
        }
        return number;
    }

    private static RuntimeException bad(String message) {
        return ApiError.badRequest(message).exception();
    }
}
