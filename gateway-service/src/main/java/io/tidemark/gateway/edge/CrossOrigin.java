package io.tidemark.gateway.edge;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import reactor.netty.http.server.HttpServerRequest;

/**
 * What pages of other origins are told (CORS). Credentials are never allowed: there is nothing here
 * that a browser would send by itself.
 */
final class CrossOrigin {

    private static final String EXPOSED =
            "Location, Retry-After, RateLimit, RateLimit-Policy, Idempotency-Scope,"
                    + " Idempotency-Replayed, "
                    + RequestIds.HEADER;
    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
    private static final String MAX_AGE_SECONDS = "600";
    private static final Pattern TOKEN = Pattern.compile("[a-z0-9!#$%&'*+.^_`|~-]{1,100}");

    private CrossOrigin() {}

    /** Where headers of the answer go. */
    @FunctionalInterface
    interface Head {
        void set(String name, String value);
    }

    /** Lets the page read the answer, whatever it is. */
    static void readable(String origin, Head answer) {
        answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN.toString(), origin);
        answer.set(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS.toString(), EXPOSED);
    }

    /** Whether a browser asks what it may send. */
    static boolean isPreflight(HttpServerRequest request) {
        return request.method().equals(HttpMethod.OPTIONS)
                && request.requestHeaders().contains(HttpHeaderNames.ORIGIN)
                && request.requestHeaders().contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
    }

    /** Everything that it asks for: the route itself says what it takes. */
    static void allow(HttpServerRequest request, Head answer) {
        answer.set(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS.toString(), METHODS);
        answer.set(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE.toString(), MAX_AGE_SECONDS);
        String asked =
                request.requestHeaders().get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS, "");
        List<String> names = new ArrayList<>();
        for (String name : asked.toLowerCase(Locale.ROOT).split(",", -1)) {
            if (TOKEN.matcher(name.strip()).matches()) {
                names.add(name.strip());
            }
        }
        if (!names.isEmpty()) {
            answer.set(
                    HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS.toString(),
                    String.join(", ", names));
        }
        if (request.requestHeaders().contains("Access-Control-Request-Private-Network")) {
            answer.set("Access-Control-Allow-Private-Network", "true");
        }
    }
}
