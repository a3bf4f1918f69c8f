package io.tidemark.gateway.api;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.tidemark.gateway.error.ApiError;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a route has declared that it takes, and the refusal of all else: a parameter that nobody
 * reads was meant for something. Immutable.
 */
public final class Declared {

    private static final int MAX_PARAMETERS = 1_000;
    private static final String ANY_NAME = "<name>";

    /** Headers that some routes make something of; the others must not pass over them. */
    private static final List<String> MEANT_FOR_SOME = List.of("Idempotency-Key", "X-Key");

    private static final String RECORD_HEADER = "x-header-";

    private final Set<String> names = new HashSet<>();
    private final Set<String> repeatable = new HashSet<>();
    private final Set<String> prefixes = new HashSet<>();
    private final List<String> unknownHeaders;
    private final boolean recordHeaders;
    private final String known;

    public Declared(Route route) {
        Set<String> headers = new HashSet<>();
        for (Route.Parameter parameter : route.parameters()) {
            String name = parameter.name();
            if (parameter.in() == Route.Parameter.In.HEADER) {
                headers.add(name);
            } else if (name.endsWith(ANY_NAME)) {
                prefixes.add(name.substring(0, name.length() - ANY_NAME.length()));
            } else {
                names.add(name);
                if (parameter.repeatable()) {
                    repeatable.add(name);
                }
            }
        }
        this.unknownHeaders = MEANT_FOR_SOME.stream().filter(h -> !headers.contains(h)).toList();
        this.recordHeaders = headers.contains("X-Header-" + ANY_NAME);
        this.known =
                route.parameters().stream()
                        .filter(p -> p.in() == Route.Parameter.In.QUERY)
                        .map(Route.Parameter::name)
                        .collect(Collectors.toCollection(TreeSet::new))
                        .stream()
                        .collect(Collectors.joining(", "));
    }

    /** The parameters of a query, decoded; a semicolon is a character like others. */
    public static Map<String, List<String>> query(String uri) {
        if (uri.indexOf('?') < 0) {
            return Map.of();
        }
        try {
            return new QueryStringDecoder(
                            uri, StandardCharsets.UTF_8, true, MAX_PARAMETERS + 1, true)
                    .parameters();
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest("The query is not properly encoded: " + e.getMessage())
                    .exception();
        }
    }

    /**
     * Throws an {@link io.tidemark.gateway.error.ApiErrorException} for what was not declared, and
     * for what comes twice and has one meaning.
     */
    public void check(String uri, HttpHeaders headers) {
        if (uri.indexOf('?') >= 0) {
            checkQuery(query(uri));
        }
        for (String name : unknownHeaders) {
            if (headers.contains(name)) {
                throw notTaken(name);
            }
        }
        if (!recordHeaders) {
            for (Map.Entry<String, String> header : headers) {
                if (header.getKey().toLowerCase(Locale.ROOT).startsWith(RECORD_HEADER)) {
                    throw notTaken(header.getKey());
                }
            }
        }
    }

    private static RuntimeException notTaken(String header) {
        return ApiError.badRequest(header + ": this route does not take it.").exception();
    }

    private void checkQuery(Map<String, List<String>> query) {
        int count = 0;
        for (Map.Entry<String, List<String>> each : query.entrySet()) {
            String name = each.getKey();
            count += each.getValue().size();
            if (names.contains(name)) {
                if (each.getValue().size() > 1 && !repeatable.contains(name)) {
                    throw bad(name, "it comes more than once.");
                }
            } else if (prefixes.stream().noneMatch(name::startsWith)) {
                throw bad(
                        name,
                        known.isEmpty()
                                ? "unknown parameter; there are none here."
                                : "unknown parameter; known are " + known + ".");
            }
        }
        if (count > MAX_PARAMETERS) {
            throw ApiError.badRequest("More than " + MAX_PARAMETERS + " parameters.").exception();
        }
    }

    private static RuntimeException bad(String parameter, String message) {
        String shown = parameter.length() > 100 ? parameter.substring(0, 100) + "…" : parameter;
        return ApiError.badRequest(shown + ": " + message).exception();
    }
}
