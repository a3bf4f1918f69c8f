package io.tidemark.gateway.api;

import java.util.List;
import org.reactivestreams.Publisher;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * Serves a route straight from Reactor Netty. Called on the connection's event loop. An error
 * signal that comes before the response has begun is answered by the error mapping.
 */
@FunctionalInterface
public interface DirectHandler {

    /**
     * @param pathVariables decoded, in the order of the path
     */
    Publisher<Void> handle(
            HttpServerRequest request, HttpServerResponse response, List<String> pathVariables);
}
