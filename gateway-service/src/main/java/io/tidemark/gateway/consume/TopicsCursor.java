package io.tidemark.gateway.consume;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/**
 * A place in all partitions of several topics, as text that a client keeps for us. Immutable.
 *
 * <pre>
 * t1.base64url( (length cursor)… )     one for each topic, in the order of their incarnations;
 *                                      a cursor as v2 has it: see {@link Cursor}
 * </pre>
 *
 * A topic that is not in it came later: it is read from its beginning. Names are not in it, as the
 * whole of it stands in every event: an incarnation tells a topic from all others.
 */
public final class TopicsCursor {

    private static final String PREFIX = "t1.";
    private static final int MAX_CHARS = 64 * 1024;
    private static final int MAX_TOPICS = 10_000;

    private final SortedMap<Long, Cursor> byIncarnation;

    private TopicsCursor(SortedMap<Long, Cursor> byIncarnation) {
        this.byIncarnation = byIncarnation;
    }

    /** Whether a text is meant to be one, and not a cursor of one topic. */
    public static boolean isMeant(String text) {
        return text.startsWith("t");
    }

    /** What {@link #parse} found. */
    public sealed interface Parsed {
        record Valid(TopicsCursor cursor) implements Parsed {}

        /**
         * @param reason one line for the client
         */
        record Malformed(String reason) implements Parsed {}
    }

    /** Reads what {@link Writer} wrote; says what is wrong with anything else. */
    public static Parsed parse(String text) {
        if (text.length() > MAX_CHARS) {
            return malformed("it is longer than " + MAX_CHARS + " characters");
        }
        if (!text.startsWith(PREFIX)) {
            return malformed("it does not begin with \"t1.\"");
        }
        byte[] body;
        try {
            body = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
        } catch (IllegalArgumentException e) {
            return malformed("what follows \"t1.\" is not base64url");
        }
        SortedMap<Long, Cursor> found = new TreeMap<>();
        try {
            Varints in = new Varints(body);
            while (in.hasMore() && found.size() < MAX_TOPICS) {
                Cursor each = CursorText.readCompact(in.takeBytes(in.takeInt(body.length)));
                if (found.put(each.incarnation(), each) != null) {
                    return malformed("it names a topic twice");
                }
            }
        } catch (MalformedVarintException e) {
            return malformed(e.getMessage());
        }
        return new Parsed.Valid(new TopicsCursor(found));
    }

    private static Parsed malformed(String reason) {
        return new Parsed.Malformed(
                "This is not a cursor over several topics of this server: " + reason);
    }

    /** Where it stands in a topic; empty where the topic came later. */
    public Optional<Cursor> of(Uuid topicId) {
        return Optional.ofNullable(byIncarnation.get(Cursor.incarnationOf(topicId)));
    }

    /** How many topics it stands in. */
    public int topics() {
        return byIncarnation.size();
    }

    /** Keeps the places in several topics, and writes them. Not safe for several threads. */
    public static final class Writer {

        private final SortedMap<Long, byte[]> segments = new TreeMap<>();
        private byte[] text = {};

        /** The topic's place is another one now. */
        public void place(CursorWriter topic, long[] positions) {
            segments.put(topic.incarnation(), CursorText.compact(topic.cursor(positions)));
        }

        /** The topic is gone. */
        public void remove(Uuid topicId) {
            segments.remove(Cursor.incarnationOf(topicId));
        }

        /** Writes it into {@link #text()}. */
        public void write() {
            int size = 0;
            for (byte[] segment : segments.values()) {
                size += segment.length + 10;
            }
            Varints out = new Varints(size);
            for (Map.Entry<Long, byte[]> each : segments.entrySet()) {
                out.put(each.getValue().length).putBytes(each.getValue());
            }
            text =
                    (PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(out.written()))
                            .getBytes(StandardCharsets.ISO_8859_1);
        }

        /** What {@link #write} has written. */
        public byte[] text() {
            return text;
        }
    }
}
