package io.tidemark.gateway.stream;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.error.ApiErrorException;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** What is alike for all requests that open a stream. Safe for any thread. */
public final class StreamAdmission {

    private static final int RETRY_AFTER_SECONDS = 5;

    private final Streams streams;
    private final StreamProperties properties;
    private final StreamMetrics metrics;

    StreamAdmission(Streams streams, StreamProperties properties, StreamMetrics metrics) {
        this.streams = streams;
        this.properties = properties;
        this.metrics = metrics;
    }

    /**
     * Takes a place among the open streams, which {@link #closed} gives back.
     *
     * @throws ApiErrorException 503 where the gateway is about to stop, 429 where there is no place
     */
    public void open() {
        if (streams.draining()) {
            throw ApiError.unavailable("This gateway is about to stop.").exception();
        }
        if (!metrics.tryOpen(properties.maxStreams())) {
            throw ApiError.busy(
                            "%d streams are open, as many as this gateway takes."
                                    .formatted(properties.maxStreams()),
                            RETRY_AFTER_SECONDS)
                    .exception();
        }
    }

    /** Once for each {@link #open} that returned. */
    public void closed() {
        metrics.closed();
    }

    /** Whether the head of the answer is all that is wanted; it is sent, and nothing opened. */
    public static boolean asksForHead(HttpServerRequest request) {
        return request.method().equals(HttpMethod.HEAD);
    }

    /** Answers the reconnect of a stream that has ended: a browser comes no more. */
    public static Mono<Void> sendNoMore(HttpServerResponse response) {
        return response.status(204).header(HttpHeaderNames.CACHE_CONTROL, "no-store").send();
    }

    /** Sends the head of a stream's response. */
    public static Mono<Void> sendHead(HttpServerResponse response, EventFormat format) {
        response.status(200)
                .header(HttpHeaderNames.CONTENT_TYPE, format.media().contentType())
                .header(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .header("X-Accel-Buffering", "no");
        return response.sendHeaders().then();
    }
}
