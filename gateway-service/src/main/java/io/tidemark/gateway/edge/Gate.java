package io.tidemark.gateway.edge;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.util.AsciiString;
import io.tidemark.environment.web.Arrival;
import io.tidemark.environment.web.BrowserRules;
import io.tidemark.gateway.error.ApiError;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * The one way in, for what WebFlux serves and for what it does not, and for the management port:
 * names the request, keeps out pages that are not ours and names that are not ours, lets pages of
 * wanted origins read the answer, and refuses what cannot be done as it was asked.
 */
public final class Gate implements WebFilter, Ordered {

    private static final String MANAGEMENT = "management";
    private static final AsciiString SEC_FETCH_MODE = AsciiString.cached("Sec-Fetch-Mode");
    private static final AsciiString SEC_FETCH_DEST = AsciiString.cached("Sec-Fetch-Dest");
    private static final AsciiString SEC_FETCH_SITE = AsciiString.cached("Sec-Fetch-Site");

    /** A GET there takes part in a group, and moves what it has read. */
    private static final List<String> READS_THAT_CHANGE = List.of("/groups/", "/consumers/");

    private final BrowserRules rules;
    private final BrowserRules managementRules;
    private final Duration bodyTimeout;

    /**
     * @param managementRules of the management port, which may be open to others than the gateway
     * @param bodyTimeout for the whole of a body that WebFlux reads
     */
    public Gate(BrowserRules rules, BrowserRules managementRules, Duration bodyTimeout) {
        this.bodyTimeout = bodyTimeout;
        this.rules = rules;
        this.managementRules = managementRules;
    }

    /** Lets a direct request in; or the refusal. */
    public @Nullable ApiError refusal(HttpServerRequest request, HttpServerResponse response) {
        return refusal(rules, request, response::header);
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        HttpServerRequest request = nativeRequest(exchange.getRequest());
        org.springframework.http.HttpHeaders answer = exchange.getResponse().getHeaders();
        BrowserRules here = isManagement(exchange) ? managementRules : rules;
        ApiError refusal = refusal(here, request, answer::set);
        if (refusal != null) {
            return Mono.error(refusal.exception());
        }
        if (CrossOrigin.isPreflight(request)) {
            CrossOrigin.allow(request, answer::set);
            exchange.getResponse().setStatusCode(HttpStatus.NO_CONTENT);
            return exchange.getResponse().setComplete();
        }
        return chain.filter(withBody(withoutSlash(exchange), request));
    }

    private static boolean isManagement(ServerWebExchange exchange) {
        ApplicationContext context = exchange.getApplicationContext();
        return context instanceof WebServerApplicationContext server
                && MANAGEMENT.equals(server.getServerNamespace());
    }

    private static HttpServerRequest nativeRequest(ServerHttpRequest request) {
        return ServerHttpRequestDecorator.getNativeRequest(request);
    }

    private static @Nullable ApiError refusal(
            BrowserRules rules, HttpServerRequest request, CrossOrigin.Head answer) {
        HttpHeaders headers = request.requestHeaders();
        answer.set(RequestIds.HEADER, RequestIds.of(headers.get(RequestIds.HEADER)));
        vary(rules, request, answer);
        return switch (rules.judge(arrival(request))) {
            case BrowserRules.Refused(int status, String message) ->
                    new ApiError(status, status == 403 ? 40302 : status, message);
            case BrowserRules.Served(String readableBy) -> {
                if (readableBy != null) {
                    CrossOrigin.readable(readableBy, answer);
                }
                ApiError refusal = AskedInVain.refusal(request.method(), headers);
                if (refusal == null) {
                    refusal = Packing.refusal(headers);
                    if (refusal != null) {
                        answer.set(HttpHeaderNames.ACCEPT_ENCODING.toString(), Packing.UNDERSTOOD);
                    }
                }
                yield refusal;
            }
        };
    }

    /** What the answer depends on, for caches. */
    private static void vary(
            BrowserRules rules, HttpServerRequest request, CrossOrigin.Head answer) {
        boolean reads = request.method().equals(HttpMethod.GET);
        if (rules.dependsOnOrigin()) {
            answer.set(
                    HttpHeaderNames.VARY.toString(), reads ? "Origin, Accept-Encoding" : "Origin");
        } else if (reads) {
            answer.set(HttpHeaderNames.VARY.toString(), "Accept-Encoding");
        }
    }

    private static Arrival arrival(HttpServerRequest request) {
        HttpHeaders headers = request.requestHeaders();
        boolean link =
                Arrival.isNavigation(
                        request.method().name(),
                        headers.get(SEC_FETCH_MODE),
                        headers.get(SEC_FETCH_DEST));
        return new Arrival(
                headers.get(HttpHeaderNames.HOST),
                headers.get(HttpHeaderNames.ORIGIN),
                headers.get(SEC_FETCH_SITE),
                link && READS_THAT_CHANGE.stream().noneMatch(request.uri()::startsWith));
    }

    /** The body within its time, and as it was before it was packed. */
    private ServerWebExchange withBody(ServerWebExchange exchange, HttpServerRequest request) {
        HttpHeaders headers = request.requestHeaders();
        boolean none =
                !headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
                        && headers.get(HttpHeaderNames.CONTENT_LENGTH, "0").equals("0");
        return none
                ? exchange
                : exchange.mutate()
                        .request(new TimedBody(exchange.getRequest(), request, bodyTimeout))
                        .build();
    }

    /** {@code /topics/} is {@code /topics}; below {@code /ui/} a slash is the page's own matter. */
    private static ServerWebExchange withoutSlash(ServerWebExchange exchange) {
        String path = exchange.getRequest().getURI().getRawPath();
        if (!path.endsWith("/") || path.length() == 1 || path.startsWith("/ui/")) {
            return exchange;
        }
        String without = path.substring(0, path.length() - 1);
        return exchange.mutate().request(request -> request.path(without)).build();
    }

    /** After the one that times requests, before all others. */
    @Override
    public int getOrder() {
        return Ordered.HIGHEST_PRECEDENCE + 1;
    }
}
