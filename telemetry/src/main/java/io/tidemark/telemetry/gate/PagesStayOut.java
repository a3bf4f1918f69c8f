package io.tidemark.telemetry.gate;

import io.tidemark.environment.web.Arrival;
import io.tidemark.environment.web.BrowserRules;
import java.nio.charset.StandardCharsets;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;

/**
 * Keeps web pages from a service's internal interface, and from its management port: neither is for
 * browsers. Links to them can be followed, as to the metrics. Any thread.
 */
public final class PagesStayOut implements WebFilter, Ordered {

    private final BrowserRules rules;

    /**
     * @param rules who is served nevertheless
     */
    public PagesStayOut(BrowserRules rules) {
        this.rules = rules;
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        HttpHeaders headers = exchange.getRequest().getHeaders();
        boolean link =
                Arrival.isNavigation(
                        exchange.getRequest().getMethod().name(),
                        headers.getFirst("Sec-Fetch-Mode"),
                        headers.getFirst("Sec-Fetch-Dest"));
        Arrival arrival =
                new Arrival(
                        headers.getFirst(HttpHeaders.HOST),
                        headers.getFirst(HttpHeaders.ORIGIN),
                        headers.getFirst("Sec-Fetch-Site"),
                        link);
        return switch (rules.judge(arrival)) {
            case BrowserRules.Served served -> chain.filter(exchange);
            case BrowserRules.Refused(int status, String message) -> {
                ServerHttpResponse response = exchange.getResponse();
                response.setStatusCode(HttpStatusCode.valueOf(status));
                byte[] text = message.getBytes(StandardCharsets.UTF_8);
                yield response.writeWith(Mono.just(response.bufferFactory().wrap(text)));
            }
        };
    }

    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE;
    }
}
