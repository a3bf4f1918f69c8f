package io.tidemark.gateway.error;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** Answers an {@link ApiError} where no WebFlux is around. */
public final class DirectErrors {

    private DirectErrors() {}

    public static Mono<Void> send(
            HttpServerRequest request, HttpServerResponse response, ApiError error) {
        byte[] json = error.toJson();
        response.status(error.status())
                .header(HttpHeaderNames.CONTENT_TYPE, "application/json")
                .header(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(json.length));
        if (error.retryAfterSeconds() > 0) {
            response.header(
                    HttpHeaderNames.RETRY_AFTER, Integer.toString(error.retryAfterSeconds()));
        }
        if (error.closesConnection()) {
            response.keepAlive(false);
        }
        return response.sendObject(Unpooled.wrappedBuffer(json)).then();
    }
}
