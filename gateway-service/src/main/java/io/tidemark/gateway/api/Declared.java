package io.tidemark.gateway.api;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.netty.util.AsciiString;
import io.tidemark.gateway.error.ApiError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a route has declared that it takes, or a kind of body on it, and the refusal of all else: a
 * parameter that nobody reads was meant for something. Immutable.
 */
public final class Declared {

    private static final int MAX_PARAMETERS = 1_000;

    /**
     * Headers that some routes make something of; the others must not pass over them. With a dash
     * at the end: all that begin so.
     */
    private static final List<String> MEANT_FOR_SOME =
            List.of("Idempotency-Key", "X-Key", "X-Header-", "ce-");

    private final Map<String, Route.Parameter> parameters = new HashMap<>();
    private final List<String> prefixes = new ArrayList<>();
    private final List<AsciiString> singleHeaders = new ArrayList<>();
    private final List<AsciiString> unknownHeaders = new ArrayList<>();
    private final List<AsciiString> unknownPrefixes = new ArrayList<>();
    private final String taker;
    private final String known;

    public Declared(Route route) {
        this("this route", route.parameters());
    }

    /**
     * @param taker who takes them, for the refusal of others
     */
    public Declared(String taker, List<Route.Parameter> declared) {
        this.taker = taker;
        List<String> unknown = new ArrayList<>(MEANT_FOR_SOME);
        for (Route.Parameter parameter : declared) {
            String name = parameter.name();
            if (parameter.in() == Route.Parameter.In.HEADER) {
                unknown.removeIf(parameter.fixedName()::equalsIgnoreCase);
                if (!parameter.anyName()) {
                    singleHeaders.add(AsciiString.cached(name));
                }
            } else if (parameter.anyName()) {
                prefixes.add(parameter.fixedName());
            } else {
                parameters.put(name, parameter);
            }
        }
        for (String name : unknown) {
            (name.endsWith("-") ? unknownPrefixes : unknownHeaders).add(AsciiString.cached(name));
        }
        this.known =
                declared.stream()
                        .filter(p -> p.in() == Route.Parameter.In.QUERY)
                        .map(Route.Parameter::name)
                        .sorted()
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
     * Throws an {@link io.tidemark.gateway.error.ApiErrorException} for what was not declared, for
     * what comes twice and has one meaning, and for what is not of its type.
     */
    public void check(String uri, HttpHeaders headers) {
        check(query(uri), headers);
    }

    /**
     * The same.
     *
     * @param query as {@link #query} gives it
     */
    public void check(Map<String, List<String>> query, HttpHeaders headers) {
        if (!query.isEmpty()) {
            checkQuery(query);
        }
        for (AsciiString name : singleHeaders) {
            if (comesTwice(headers, name)) {
                throw bad(name.toString(), "it comes more than once.");
            }
        }
        for (AsciiString name : unknownHeaders) {
            if (headers.contains(name)) {
                throw notTaken(name);
            }
        }
        if (!unknownPrefixes.isEmpty()) {
            checkPrefixes(headers);
        }
    }

    /** Whether a header is there more than once. */
    public static boolean comesTwice(HttpHeaders headers, CharSequence name) {
        Iterator<? extends CharSequence> values = headers.valueCharSequenceIterator(name);
        if (!values.hasNext()) {
            return false;
        }
        values.next();
        return values.hasNext();
    }

    private void checkPrefixes(HttpHeaders headers) {
        Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
        while (all.hasNext()) {
            CharSequence name = all.next().getKey();
            for (AsciiString prefix : unknownPrefixes) {
                if (AsciiString.regionMatches(name, true, 0, prefix, 0, prefix.length())) {
                    throw notTaken(name);
                }
            }
        }
    }

    private RuntimeException notTaken(CharSequence header) {
        return ApiError.badRequest(header + ": " + taker + " does not take it.").exception();
    }

    private void checkQuery(Map<String, List<String>> query) {
        int count = 0;
        for (Map.Entry<String, List<String>> each : query.entrySet()) {
            String name = each.getKey();
            List<String> values = each.getValue();
            count += values.size();
            Route.Parameter parameter = parameters.get(name);
            if (parameter != null) {
                check(parameter, values);
            } else if (!hasPrefix(name)) {
                throw bad(
                        name,
                        taker
                                + " does not take it; "
                                + (known.isEmpty()
                                        ? "it takes none."
                                        : "known are " + known + "."));
            }
        }
        if (count > MAX_PARAMETERS) {
            throw ApiError.badRequest("More than " + MAX_PARAMETERS + " parameters.").exception();
        }
    }

    private boolean hasPrefix(String name) {
        for (String prefix : prefixes) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    private static void check(Route.Parameter parameter, List<String> values) {
        if (values.size() > 1 && !parameter.repeatable()) {
            throw bad(parameter.name(), "it comes more than once.");
        }
        for (String value : values) {
            switch (parameter.type()) {
                case "boolean" -> {
                    if (!value.equals("true") && !value.equals("false")) {
                        throw bad(
                                parameter.name(),
                                "'" + shortened(value) + "' is neither true nor false.");
                    }
                }
                case "integer" -> {
                    if (!isInteger(value)) {
                        throw bad(
                                parameter.name(),
                                "'" + shortened(value) + "' is not a whole number.");
                    }
                }
                default -> {
                    // Any text; what it must be, its reader knows.
                }
            }
        }
    }

    /** Of any length: the bounds are its reader's. */
    private static boolean isInteger(String value) {
        int start = value.startsWith("-") ? 1 : 0;
        for (int i = start; i < value.length(); i++) {
            if (value.charAt(i) < '0' || value.charAt(i) > '9') {
                return false;
            }
        }
        return value.length() > start;
    }

    private static RuntimeException bad(String parameter, String message) {
        return ApiError.badRequest(shortened(parameter) + ": " + message).exception();
    }

    private static String shortened(String text) {
        return text.length() > 100 ? text.substring(0, 100) + "…" : text;
    }
}
