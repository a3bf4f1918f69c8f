package io.tidemark.gateway.error;

import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;
import reactor.core.publisher.Mono;

/** Answers whatever goes wrong in WebFlux, unknown routes included, in the one shape. */
public final class WebFluxErrors implements WebExceptionHandler, Ordered {

    @Override
    public Mono<Void> handle(ServerWebExchange exchange, Throwable failure) {
        ServerHttpResponse response = exchange.getResponse();
        if (response.isCommitted()) {
            return Mono.error(failure);
        }
        ApiError error = ErrorMapping.of(failure, name(exchange));
        response.setStatusCode(HttpStatusCode.valueOf(error.status()));
        HttpHeaders headers = response.getHeaders();
        headers.setContentType(MediaType.APPLICATION_JSON);
        if (error.retryAfterSeconds() > 0) {
            headers.set(HttpHeaders.RETRY_AFTER, Integer.toString(error.retryAfterSeconds()));
        }
        if (error.closesConnection()) {
            headers.set(HttpHeaders.CONNECTION, "close");
        }
        return response.writeWith(Mono.just(response.bufferFactory().wrap(error.toJson())));
    }

    private static String name(ServerWebExchange exchange) {
        return "%s %s (%s)"
                .formatted(
                        exchange.getRequest().getMethod(),
                        exchange.getRequest().getURI().getRawPath(),
                        exchange.getResponse().getHeaders().getFirst("X-Request-Id"));
    }

    /** Before Spring Boot's own. */
    @Override
    public int getOrder() {
        return -2;
    }
}
