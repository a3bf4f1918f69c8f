package io.tidemark.gateway.stream.group;

import io.netty.handler.codec.http.HttpHeaders;
import io.tidemark.gateway.group.member.Subscription;
import io.tidemark.gateway.stream.StreamShape;
import io.tidemark.metadata.pattern.TopicPattern;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a request for a group's stream asks, checked. Each method refuses with an error that names
 * the parameter.
 *
 * @param startMs where partitions begin for which the group has committed nothing: a time, or one
 *     of {@link io.tidemark.gateway.consume.OffsetLookup}'s
 * @param manual the client acknowledges
 * @param maxUncommitted records that may be unacknowledged; counts only where the client
 *     acknowledges, 0 for the default
 */
record GroupStreamQuery(
        StreamShape shape,
        Subscription subscription,
        long startMs,
        boolean manual,
        int maxUncommitted) {

    static final int MOST_UNCOMMITTED = 10_000;

    private static final long LATEST = io.tidemark.gateway.consume.OffsetLookup.LATEST;
    private static final long EARLIEST = io.tidemark.gateway.consume.OffsetLookup.EARLIEST;
    private static final int MAX_TOPICS = 1_000;
    private static final int MAX_PATTERN_CHARS = 1_000;
    private static final Set<String> NAMES =
            Set.of("topics", "pattern", "from", "commit", "max_uncommitted");

    /** Throws an {@link io.tidemark.gateway.error.ApiErrorException} for anything else. */
    static GroupStreamQuery parse(String uri, HttpHeaders headers) {
        Map<String, List<String>> query = StreamShape.query(uri);
        StreamShape shape = StreamShape.parse(query, NAMES, headers);
        boolean manual = manual(query);
        return new GroupStreamQuery(
                shape, subscription(query), start(query), manual, maxUncommitted(query, manual));
    }

    private static Subscription subscription(Map<String, List<String>> query) {
        String pattern = StreamShape.single(query, "pattern");
        List<String> topics = query.get("topics");
        if (pattern != null && topics != null) {
            throw StreamShape.bad("pattern", "give either topics or pattern.");
        }
        if (pattern != null) {
            if (pattern.isBlank() || pattern.length() > MAX_PATTERN_CHARS) {
                throw StreamShape.bad("pattern", "it must have 1 to 1000 characters.");
            }
            Optional<String> problem = TopicPattern.problemWith(pattern);
            if (problem.isPresent()) {
                throw StreamShape.bad("pattern", problem.get() + ".");
            }
            return new Subscription.Pattern(pattern);
        }
        Set<String> names = new TreeSet<>();
        for (String name : String.join(",", topics == null ? List.of() : topics).split(",", -1)) {
            if (!name.isBlank()) {
                names.add(name.strip());
            }
        }
        if (names.isEmpty()) {
            throw StreamShape.bad(
                    "topics", "name the topics to read, as in topics=a,b; or give pattern=.");
        }
        if (names.size() > MAX_TOPICS) {
            throw StreamShape.bad("topics", "more than " + MAX_TOPICS + ".");
        }
        return new Subscription.Topics(List.copyOf(names));
    }

    private static long start(Map<String, List<String>> query) {
        String from = StreamShape.single(query, "from");
        if (from == null || from.equals("latest")) {
            return LATEST;
        }
        if (from.equals("earliest")) {
            return EARLIEST;
        }
        if (from.startsWith("ts:")) {
            return StreamShape.time(from.substring(3));
        }
        throw StreamShape.bad(
                "from",
                "'%s' is not earliest, latest or ts:<ms or ISO date and time>; a group goes on from"
                                .formatted(from)
                        + " what it has committed.");
    }

    private static boolean manual(Map<String, List<String>> query) {
        String commit = StreamShape.single(query, "commit");
        return switch (commit) {
            case null -> false;
            case "auto" -> false;
            case "manual" -> true;
            default -> throw StreamShape.bad("commit", "'" + commit + "' is not auto or manual.");
        };
    }

    private static int maxUncommitted(Map<String, List<String>> query, boolean manual) {
        String text = StreamShape.single(query, "max_uncommitted");
        if (text == null) {
            return 0;
        }
        if (!manual) {
            throw StreamShape.bad("max_uncommitted", "it goes with commit=manual only.");
        }
        if (!text.matches("\\d{1,6}")
                || Integer.parseInt(text) < 1
                || Integer.parseInt(text) > MOST_UNCOMMITTED) {
            throw StreamShape.bad(
                    "max_uncommitted",
                    "'%s' is not a number of records from 1 to %d."
                            .formatted(text, MOST_UNCOMMITTED));
        }
        return Integer.parseInt(text);
    }
}
