package io.tidemark.gateway.stream;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.tidemark.gateway.api.Route;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.stream.EventFormat.Media;
import io.tidemark.gateway.stream.EventFormat.Values;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What all streams can be asked for, whatever they follow. Each method refuses with an error that
 * names the parameter.
 *
 * @param limit ends after so many events; {@link Long#MAX_VALUE} for never
 * @param heartbeatMs 0 for the default
 */
public record StreamShape(EventFormat format, Filter filter, long limit, long heartbeatMs) {

    private static final Set<String> NAMES = Set.of("key", "where", "format", "limit", "heartbeat");
    private static final String HEADER = "header.";
    private static final int MAX_CONDITIONS = 100;

    /**
     * Throws an {@link io.tidemark.gateway.error.ApiErrorException} for anything else.
     *
     * @param query as {@link #query} has it
     * @param others names of parameters that the caller reads itself
     */
    public static StreamShape parse(
            Map<String, List<String>> query, Set<String> others, HttpHeaders headers) {
        for (String name : query.keySet()) {
            if (!NAMES.contains(name) && !others.contains(name) && !name.startsWith(HEADER)) {
                throw bad(name, "unknown parameter; known are " + known(others) + ".");
            }
        }
        return new StreamShape(
                new EventFormat(media(headers), values(query)),
                filter(query),
                limit(query),
                heartbeat(query));
    }

    /** Describes what {@link #parse} reads, and what streams answer. */
    public static Route.Builder describe(Route.Builder route) {
        return route.queries("key", "string", "Only records with this key; repeat for several")
                .queries(
                        HEADER + "<name>",
                        "string",
                        "Only records with this header; repeat for several values")
                .queries("where", "string", "Only JSON values with `$.a.b==value`; repeat")
                .query("format", "string", "`json`, `text`, `binary` or `cloudevents` for all")
                .query("limit", "integer", "Ends after so many events")
                .query("heartbeat", "string", "250ms to 300s; 15s by default")
                .answers(
                        200,
                        "The stream",
                        new Route.Body(
                                List.of("text/event-stream", "application/x-ndjson"),
                                Route.Body.reference("Text"),
                                ""))
                .answers(204, "A browser's reconnect after `event: end`", Route.Body.NONE);
    }

    private static String known(Set<String> others) {
        Set<String> all = new TreeSet<>(NAMES);
        all.addAll(others);
        return String.join(", ", all) + " and header.<name>";
    }

    /** The parameters of a query, decoded. */
    public static Map<String, List<String>> query(String uri) {
        try {
            return new QueryStringDecoder(uri, StandardCharsets.UTF_8).parameters();
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest("The query is not properly encoded: " + e.getMessage())
                    .exception();
        }
    }

    /** The refusal of a parameter. */
    public static RuntimeException bad(String parameter, String message) {
        return ApiError.badRequest(parameter + ": " + message).exception();
    }

    /** A parameter that may come once; null where it does not. */
    public static @Nullable String single(Map<String, List<String>> query, String name) {
        List<String> values = query.get(name);
        if (values == null) {
            return null;
        }
        if (values.size() > 1) {
            throw bad(name, "given more than once.");
        }
        return values.getFirst();
    }

    private static Media media(HttpHeaders headers) {
        String accept = String.join(",", headers.getAll("Accept"));
        if (accept.isBlank()) {
            return Media.SSE;
        }
        Media best = null;
        double bestQuality = 0;
        for (String range : accept.toLowerCase(Locale.ROOT).split(",")) {
            String[] parts = range.split(";");
            Media media =
                    switch (parts[0].strip()) {
                        case "text/event-stream", "text/*", "*/*" -> Media.SSE;
                        case "application/x-ndjson",
                                "application/ndjson",
                                "application/jsonl",
                                "application/*" ->
                                Media.NDJSON;
                        default -> null;
                    };
            double quality = quality(parts);
            if (media != null && quality > bestQuality) {
                best = media;
                bestQuality = quality;
            }
        }
        if (best == null) {
            throw ApiError.notAcceptable(
                            "A stream comes as text/event-stream or application/x-ndjson, not as '"
                                    + accept
                                    + "'.")
                    .exception();
        }
        return best;
    }

    private static double quality(String[] parts) {
        for (String part : parts) {
            String parameter = part.strip();
            if (parameter.matches("q=[01](\\.\\d{0,3})?")) {
                return Double.parseDouble(parameter.substring(2));
            }
        }
        return 1;
    }

    private static Values values(Map<String, List<String>> query) {
        String format = single(query, "format");
        return switch (format) {
            case null -> Values.AUTO;
            case "auto" -> Values.AUTO;
            case "json" -> Values.JSON;
            case "text" -> Values.TEXT;
            case "binary" -> Values.BINARY;
            case "cloudevents" -> Values.CLOUDEVENTS;
            default ->
                    throw bad(
                            "format", "'" + format + "' is not json, text, binary or cloudevents.");
        };
    }

    private static Filter filter(Map<String, List<String>> query) {
        List<byte[]> keys = new ArrayList<>();
        query.getOrDefault("key", List.of()).forEach(key -> keys.add(utf8(key)));
        Map<String, List<byte[]>> headers = new LinkedHashMap<>();
        int conditions = keys.size();
        for (Map.Entry<String, List<String>> entry : query.entrySet()) {
            if (entry.getKey().startsWith(HEADER)) {
                String name = entry.getKey().substring(HEADER.length());
                if (name.isEmpty()) {
                    throw bad(HEADER, "the header's name is missing.");
                }
                headers.put(name, entry.getValue().stream().map(StreamShape::utf8).toList());
                conditions += entry.getValue().size();
            }
        }
        List<PathEquals> paths = new ArrayList<>();
        for (String where : query.getOrDefault("where", List.of())) {
            paths.add(
                    PathEquals.parse(where)
                            .orElseThrow(
                                    () ->
                                            bad(
                                                    "where",
                                                    "'%s' is not of the form $.a.b==value."
                                                            .formatted(where))));
            conditions++;
        }
        if (conditions > MAX_CONDITIONS) {
            throw bad("key", "more than " + MAX_CONDITIONS + " conditions.");
        }
        return new Filter(List.copyOf(keys), headers, List.copyOf(paths));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static long limit(Map<String, List<String>> query) {
        String limit = single(query, "limit");
        if (limit == null) {
            return Long.MAX_VALUE;
        }
        if (!limit.matches("\\d{1,18}") || Long.parseLong(limit) == 0) {
            throw bad("limit", "'" + limit + "' is not a number of events, at least 1.");
        }
        return Long.parseLong(limit);
    }

    private static long heartbeat(Map<String, List<String>> query) {
        String heartbeat = single(query, "heartbeat");
        if (heartbeat == null) {
            return 0;
        }
        if (!heartbeat.matches("\\d{1,6}(ms|s)?")) {
            throw bad("heartbeat", "'" + heartbeat + "' is not a duration as in 500ms or 15s.");
        }
        long number = Long.parseLong(heartbeat.replaceAll("\\D", ""));
        long ms = heartbeat.endsWith("ms") ? number : number * 1_000;
        if (ms < 250 || ms > 300_000) {
            throw bad("heartbeat", "'" + heartbeat + "' is not from 250ms to 300s.");
        }
        return ms;
    }

    /** The time in {@code from=ts:…}, in ms since the epoch. */
    public static long time(String text) {
        if (text.matches("\\d{1,18}")) {
            return Long.parseLong(text);
        }
        try {
            // A plus sign in a query is a blank to many; take it for the zone's sign.
            return OffsetDateTime.parse(text.replace(' ', '+')).toInstant().toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw bad(
                    "from",
                    "'ts:%s' is neither milliseconds since 1970 nor a time as in 2026-01-31T12:00:00Z."
                            .formatted(text));
        }
    }
}
