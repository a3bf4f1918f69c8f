package io.tidemark.gateway.stream;

import io.netty.handler.codec.http.HttpHeaders;
import io.tidemark.gateway.consume.TopicsCursor;
import io.tidemark.metadata.pattern.TopicPattern;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a request for a stream over several topics asks, checked. Each method refuses with an error
 * that names the parameter.
 *
 * @param names sorted; empty where there is a pattern
 * @param pattern what the names of topics are to match; null where they are named
 * @param untilLatest ends where the logs end now
 */
record TopicsQuery(
        StreamShape shape,
        Set<String> names,
        @Nullable TopicPattern pattern,
        From from,
        boolean untilLatest) {

    static final int MAX_TOPICS = 100;

    private static final Set<String> NAMES = Set.of("topics", "pattern", "from", "cursor", "until");

    /** Where it begins. */
    sealed interface From {
        /** Alike in all topics. */
        record Alike(StreamStart.From from) implements From {}

        record At(TopicsCursor cursor) implements From {}

        /** Nowhere: the client has had all that it asked for. */
        record Ended() implements From {}

        /** Where a topic's part begins. */
        default StreamStart.From of(org.apache.kafka.common.Uuid topicId) {
            return switch (this) {
                case Alike(StreamStart.From from) -> from;
                case At(TopicsCursor cursor) ->
                        cursor.of(topicId)
                                .<StreamStart.From>map(StreamStart.From.At::new)
                                .orElseGet(StreamStart.From.Earliest::new);
                case Ended() -> throw new IllegalStateException("it does not begin");
            };
        }
    }

    /** Throws an {@link io.tidemark.gateway.error.ApiErrorException} for anything else. */
    static TopicsQuery parse(String uri, HttpHeaders headers) {
        Map<String, List<String>> query = StreamShape.query(uri);
        StreamShape shape = StreamShape.parse(query, NAMES, headers);
        String pattern = StreamShape.single(query, "pattern");
        List<String> topics = query.get("topics");
        if (pattern != null && topics != null) {
            throw StreamShape.bad("pattern", "give either topics or pattern.");
        }
        return new TopicsQuery(
                shape,
                pattern == null ? names(topics) : Set.of(),
                pattern == null ? null : compiled(pattern),
                from(query, headers),
                StreamQuery.until(query));
    }

    private static Set<String> names(@Nullable List<String> topics) {
        Set<String> names = new TreeSet<>();
        for (String name : String.join(",", topics == null ? List.of() : topics).split(",", -1)) {
            if (!name.isBlank()) {
                names.add(name.strip());
            }
        }
        if (names.isEmpty()) {
            throw StreamShape.bad("topics", "give topics, as in a,b, or a pattern.");
        }
        if (names.size() > MAX_TOPICS) {
            throw StreamShape.bad("topics", "more than " + MAX_TOPICS + " topics.");
        }
        return names;
    }

    private static TopicPattern compiled(String pattern) {
        return switch (TopicPattern.parse(pattern)) {
            case TopicPattern.Valid(TopicPattern valid) -> valid;
            case TopicPattern.Invalid(String reason) ->
                    throw StreamShape.bad("pattern", reason + ".");
        };
    }

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
        if (from != null && TopicsCursor.isMeant(from) && !from.startsWith("ts:")) {
            return cursor("from", from);
        }
        StreamStart.From alike = StreamQuery.placeNamed(from);
        if (alike == null) {
            throw StreamShape.bad(
                    "from",
                    "'%s' is not earliest, latest, ts:<ms or ISO date and time> or a cursor over several topics."
                            .formatted(from));
        }
        return new From.Alike(alike);
    }

    private static From cursor(String parameter, String text) {
        return switch (TopicsCursor.parse(EndMark.strip(text))) {
            case TopicsCursor.Parsed.Valid(TopicsCursor cursor) -> new From.At(cursor);
            case TopicsCursor.Parsed.Malformed(String reason) ->
                    throw StreamShape.bad(parameter, reason);
        };
    }
}
