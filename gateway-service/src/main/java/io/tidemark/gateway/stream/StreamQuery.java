package io.tidemark.gateway.stream;

import io.netty.handler.codec.http.HttpHeaders;
import io.tidemark.gateway.consume.Cursor;
import io.tidemark.gateway.stream.StreamStart.From;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a request for a stream asks, checked. Each method refuses with an error that names the
 * parameter.
 *
 * @param partitions null for all
 * @param untilLatest ends where the log ends now
 * @param heartbeatMs 0 for the default
 */
record StreamQuery(
        EventFormat format,
        From from,
        @Nullable Set<Integer> partitions,
        Filter filter,
        long limit,
        boolean untilLatest,
        long heartbeatMs) {

    private static final Set<String> NAMES = Set.of("from", "cursor", "partitions", "until");

    /** Throws an {@link io.tidemark.gateway.error.ApiErrorException} for anything else. */
    static StreamQuery parse(String uri, HttpHeaders headers) {
        Map<String, List<String>> query = StreamShape.query(uri);
        StreamShape shape = StreamShape.parse(query, NAMES, headers);
        return new StreamQuery(
                shape.format(),
                from(query, headers),
                partitions(query),
                shape.filter(),
                shape.limit(),
                until(query),
                shape.heartbeatMs());
    }

    /** Where a reconnect left off counts before what the URL said at first. */
    private static From from(Map<String, List<String>> query, HttpHeaders headers) {
        String lastId = headers.get("Last-Event-ID");
        if (lastId != null && EndMark.isOn(lastId.strip())) {
            return new From.Ended();
        }
        if (lastId != null && !lastId.isBlank()) {
            return cursor("Last-Event-ID", lastId.strip());
        }
        String cursor = StreamShape.single(query, "cursor");
        if (cursor != null && !cursor.isEmpty()) {
            return cursor("cursor", cursor);
        }
        String from = StreamShape.single(query, "from");
        From named = placeNamed(from);
        if (named != null) {
            return named;
        }
        if (from != null && !from.isEmpty() && Character.isDigit(from.charAt(0))) {
            return new From.Offsets(offsets(from));
        }
        if (from != null && from.startsWith("v")) {
            return cursor("from", from);
        }
        throw StreamShape.bad(
                "from",
                "'%s' is not earliest, latest, ts:<ms or ISO date and time>, 0:12,1:40 or a cursor."
                        .formatted(from));
    }

    /** A place that every log has; null where {@code from} is none. */
    static @Nullable From placeNamed(@Nullable String from) {
        if (from == null || from.equals("latest")) {
            return new From.Latest();
        }
        if (from.equals("earliest")) {
            return new From.Earliest();
        }
        return from.startsWith("ts:") ? new From.Time(StreamShape.time(from.substring(3))) : null;
    }

    private static From cursor(String parameter, String text) {
        return switch (Cursor.parse(EndMark.strip(text))) {
            case Cursor.Parsed.Valid(Cursor cursor) -> new From.At(cursor);
            case Cursor.Parsed.Malformed(String reason) -> throw StreamShape.bad(parameter, reason);
        };
    }

    private static Map<Integer, Long> offsets(String text) {
        Map<Integer, Long> offsets = new TreeMap<>();
        for (String pair : text.split(",", -1)) {
            if (!pair.matches("\\d{1,6}:\\d{1,18}")) {
                throw StreamShape.bad(
                        "from", "'" + pair + "' is not partition:offset, as in 0:12,1:40.");
            }
            int colon = pair.indexOf(':');
            int partition = Integer.parseInt(pair.substring(0, colon));
            if (offsets.put(partition, Long.parseLong(pair.substring(colon + 1))) != null) {
                throw StreamShape.bad("from", "partition " + partition + " comes twice.");
            }
        }
        return offsets;
    }

    private static @Nullable Set<Integer> partitions(Map<String, List<String>> query) {
        List<String> values = query.get("partitions");
        if (values == null) {
            return null;
        }
        Set<Integer> partitions = new TreeSet<>();
        for (String partition : String.join(",", values).split(",", -1)) {
            if (!partition.matches("\\d{1,6}")) {
                throw StreamShape.bad("partitions", "'" + partition + "' is not a list as in 0,2.");
            }
            partitions.add(Integer.parseInt(partition));
        }
        return Set.copyOf(partitions);
    }

    static boolean until(Map<String, List<String>> query) {
        String until = StreamShape.single(query, "until");
        if (until != null && !until.equals("latest")) {
            throw StreamShape.bad("until", "'" + until + "' is not latest.");
        }
        return until != null;
    }
}
