package io.tidemark.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.tidemark.gateway.consume.LogRecord;
import io.tidemark.gateway.consume.Unreadable;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.json.JsonScan;
import io.tidemark.gateway.json.TextBuffer;
import io.tidemark.gateway.json.Utf8;
import io.tidemark.gateway.limit.ReadBudget;
import io.tidemark.gateway.stream.EventFormat.Media;
import io.tidemark.gateway.stream.EventFormat.Values;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.SortedSet;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Writes what goes over the wire, for one topic. An event of SSE and a line of NDJSON:
 *
 * <pre>
 * id: v1.AbC                      {"topic":…,"partition":0,…,"value":…,"cursor":"v1.AbC"}
 * data: {"topic":…,"value":…}
 *                                 (the cursor only on the last line of a frame)
 * </pre>
 *
 * One thread: the tail's.
 */
final class EventWriter {

    private static final byte[] SSE_ID = ascii("id: ");
    private static final byte[] SSE_UNREADABLE = ascii("event: unreadable\n");
    private static final byte[] SSE_DATA = ascii("\ndata: ");
    private static final byte[] SSE_END = ascii("}\n\n");
    private static final byte[] LINE_END = ascii("}\n");
    private static final byte[] CURSOR = ascii(",\"cursor\":\"");
    private static final byte[] OFFSET = ascii(",\"offset\":");
    private static final byte[] TIMESTAMP = ascii(",\"timestamp\":");
    private static final byte[] NO_HEADERS = ascii(",\"headers\":[]");

    private final ByteBufAllocator allocator;
    private final ReadBudget budget;
    private final Ids own;
    private Ids ids;
    private final TextBuffer text = new TextBuffer();
    private final byte[] objectStart;
    private final String topic;

    /**
     * @param budget told of large texts until they are sent
     */
    EventWriter(String topic, Uuid topicId, ByteBufAllocator allocator, ReadBudget budget) {
        this.allocator = allocator;
        this.budget = budget;
        this.topic = topic;
        this.own = new TopicIds(topicId);
        this.ids = own;
        TextBuffer start = new TextBuffer();
        start.putAscii("{\"topic\":").putQuoted(topic).putAscii(",\"partition\":");
        this.objectStart = start.since(0);
    }

    /**
     * Whose cursors are written from now on.
     *
     * @param others null for the topic's own
     */
    void writeIdsOf(@Nullable Ids others) {
        ids = others == null ? own : others;
    }

    String topic() {
        return topic;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** All records of a frame, with the positions of those who follow every partition. */
    ByteBuf all(Frame frame, EventFormat format) {
        text.clear();
        long[] positions = Positions.copy(frame.start(), frame.end().length);
        int last = frame.records().size() - 1;
        for (int i = 0; i <= last; i++) {
            LogRecord row = frame.records().get(i);
            positions[row.partition()] = row.nextOffset();
            event(frame, i, format, i == last ? frame.end() : positions, i == last);
        }
        return text.toBuffer(allocator, budget);
    }

    /**
     * The records of a frame that a follower asked for and has not had, and moves its own positions
     * past the frame; null where there are none.
     */
    @Nullable ByteBuf chosen(Frame frame, Follower follower) {
        text.clear();
        EventFormat format = follower.format();
        int held = -1;
        for (int i = 0; i < frame.records().size() && !follower.stopped(); i++) {
            if (follower.take(frame.records().get(i))) {
                if (format.media() == Media.NDJSON && held >= 0) {
                    event(frame, held, format, follower.positions(), false);
                }
                if (format.media() == Media.SSE) {
                    event(frame, i, format, follower.positions(), true);
                }
                held = i;
            }
        }
        if (!follower.stopped()) {
            follower.pass(frame.end());
        }
        if (format.media() == Media.NDJSON && held >= 0) {
            event(frame, held, format, follower.positions(), true);
        }
        return text.isEmpty() ? null : text.toBuffer(allocator, budget);
    }

    private void event(
            Frame frame, int index, EventFormat format, long[] positions, boolean lastOfFrame) {
        if (format.media() == Media.SSE) {
            if (frame.records().get(index).unreadable() != null) {
                text.put(SSE_UNREADABLE);
            }
            text.put(SSE_ID);
            cursor(positions);
            text.put(SSE_DATA);
            object(frame, index, format.values());
            text.put(SSE_END);
            return;
        }
        object(frame, index, format.values());
        if (lastOfFrame) {
            text.put(CURSOR);
            cursor(positions);
            text.put('"');
        }
        text.put(LINE_END);
    }

    /** The object without its closing brace, from the frame's memory where it was made before. */
    private void object(Frame frame, int index, Values values) {
        byte[] known = frame.object(values, index);
        if (known != null) {
            text.put(known);
            return;
        }
        LogRecord row = frame.records().get(index);
        Unreadable unreadable = row.unreadable();
        if (unreadable != null) {
            unreadable(row, unreadable);
            return;
        }
        int start = text.length();
        record(row, values);
        if (frame.remembersObjects()) {
            frame.remember(values, index, text.since(start));
        }
    }

    /** Of either medium, as there is nothing else to tell an event of NDJSON by. */
    private void unreadable(LogRecord row, Unreadable why) {
        text.putAscii("{\"event\":\"unreadable\",\"topic\":").putQuoted(topic);
        text.putAscii(",\"partition\":").putNumber(row.partition());
        text.put(OFFSET).putNumber(row.offset());
        text.putAscii(",\"next_offset\":").putNumber(row.nextOffset());
        text.putAscii(",\"reason\":\"").putAscii(why.reason());
        text.putAscii("\",\"error_code\":").putNumber(why.error().errorCode());
        text.putAscii(",\"message\":").putQuoted(why.error().message());
    }

    private void record(LogRecord row, Values values) {
        if (values == Values.CLOUDEVENTS) {
            CloudEventText.write(text, topic, row);
            return;
        }
        text.put(objectStart).putNumber(row.partition());
        text.put(OFFSET).putNumber(row.offset());
        text.put(TIMESTAMP).putNumber(row.timestampMs());
        if (row.headers().isEmpty()) {
            text.put(NO_HEADERS);
        } else {
            headers(row);
        }
        field("key", row.key(), values);
        field("value", row.value(), values);
    }

    private void headers(LogRecord row) {
        text.putAscii(",\"headers\":[");
        String separator = "{\"name\":";
        for (LogRecord.Header header : row.headers()) {
            text.putAscii(separator).putQuoted(header.name());
            field("value", header.value(), Values.TEXT);
            text.put('}');
            separator = ",{\"name\":";
        }
        text.put(']');
    }

    private void field(String name, byte @Nullable [] bytes, Values values) {
        text.putAscii(",\"").putAscii(name);
        if (bytes == null) {
            text.putAscii("\":null");
            return;
        }
        switch (values) {
            case BINARY, CLOUDEVENTS -> base64(bytes);
            case TEXT -> {
                if (Utf8.isValid(bytes) && TextBuffer.quotesWell(bytes)) {
                    text.putAscii("\":").putQuoted(bytes);
                } else {
                    base64(bytes);
                }
            }
            case AUTO, JSON -> {
                switch (JsonScan.scan(bytes)) {
                    case JSON -> text.putAscii("\":").putJson(bytes, false);
                    case JSON_LINES -> text.putAscii("\":").putJson(bytes, true);
                    case TEXT -> {
                        if (values == Values.AUTO && TextBuffer.quotesWell(bytes)) {
                            text.putAscii("\":").putQuoted(bytes);
                        } else {
                            base64(bytes);
                        }
                    }
                    case BINARY -> base64(bytes);
                }
            }
        }
    }

    private void base64(byte[] bytes) {
        text.putAscii("_base64\":").putBase64(bytes);
    }

    private void cursor(long[] positions) {
        ids.write(positions);
        text.put(ids.text(), ids.length());
    }

    /**
     * The stream's first bytes: how long to wait before a reconnect, and where it stands. The
     * cursor after a reset comes with the reset only: a client that loses the connection before
     * must be told of it again.
     */
    ByteBuf opening(EventFormat format, long[] positions, int retryMs, @Nullable Reset reset) {
        text.clear();
        if (format.media() == Media.SSE) {
            text.putAscii("retry: ").putNumber(retryMs).put('\n');
        }
        return reset == null
                ? withCursorOnly(format, positions)
                : withReset(format, reset, positions);
    }

    /** Nothing but the cursor. */
    ByteBuf heartbeat(EventFormat format, long[] positions) {
        text.clear();
        return withCursorOnly(format, positions);
    }

    private ByteBuf withCursorOnly(EventFormat format, long[] positions) {
        boolean sse = format.media() == Media.SSE;
        text.putAscii(sse ? "id: " : "{\"cursor\":\"");
        cursor(positions);
        text.putAscii(sse ? "\n\n" : "\"}\n");
        return text.toBuffer(allocator, budget);
    }

    /** {@code positions} are those after the reset. */
    ByteBuf reset(EventFormat format, Reset reset, long[] positions) {
        text.clear();
        return withReset(format, reset, positions);
    }

    private ByteBuf withReset(EventFormat format, Reset reset, long[] positions) {
        boolean sse = format.media() == Media.SSE;
        if (sse) {
            text.putAscii("event: reset\nid: ");
            cursor(positions);
            text.putAscii("\ndata: {");
        } else {
            text.putAscii("{\"event\":\"reset\",");
        }
        text.putAscii("\"reason\":").putQuoted(reset.reason().name().toLowerCase(Locale.ROOT));
        text.putAscii(",\"topic\":").putQuoted(topic);
        text.putAscii(",\"message\":").putQuoted(reset.reason().message());
        text.putAscii(",\"partitions\":[");
        String separator = "{\"partition\":";
        for (Reset.Move move : reset.moves()) {
            text.putAscii(separator).putNumber(move.partition());
            text.putAscii(",\"from\":").putNumber(move.from());
            text.putAscii(",\"to\":").putNumber(move.to()).put('}');
            separator = ",{\"partition\":";
        }
        text.putAscii("],\"cursor\":\"");
        cursor(positions);
        text.put('"').put(sse ? SSE_END : LINE_END);
        return text.toBuffer(allocator, budget);
    }

    /**
     * The last event of a stream that has all that it asked for. Its id tells a browser's reconnect
     * from others: {@link EndMark}. The cursor in it is for whoever wants more.
     */
    ByteBuf end(EventFormat format, String reason, long[] positions) {
        text.clear();
        boolean sse = format.media() == Media.SSE;
        if (sse) {
            text.putAscii("event: end\nid: ");
            cursor(positions);
            text.putAscii(EndMark.TEXT).putAscii("\ndata: {");
        } else {
            text.putAscii("{\"event\":\"end\",");
        }
        text.putAscii("\"reason\":\"").putAscii(reason).putAscii("\",\"cursor\":\"");
        cursor(positions);
        text.put('"').put(sse ? SSE_END : LINE_END);
        return text.toBuffer(allocator, budget);
    }

    /** Which partitions have no leader, so that nothing comes of them; none once all have one. */
    ByteBuf leaderless(EventFormat format, SortedSet<Integer> partitions) {
        text.clear();
        boolean sse = format.media() == Media.SSE;
        text.putAscii(sse ? "event: leaderless\ndata: {" : "{\"event\":\"leaderless\",");
        text.putAscii("\"topic\":").putQuoted(topic);
        text.putAscii(",\"partitions\":[");
        String separator = "";
        for (int partition : partitions) {
            text.putAscii(separator).putNumber(partition);
            separator = ",";
        }
        text.putAscii("],\"message\":")
                .putQuoted(
                        partitions.isEmpty()
                                ? "Every partition has a leader again."
                                : "These partitions have no leader; their records come once they"
                                        + " have one.");
        text.put(sse ? SSE_END : LINE_END);
        return text.toBuffer(allocator, budget);
    }

    /** The last event of a stream that cannot go on. */
    ByteBuf failure(EventFormat format, ApiError error) {
        text.clear();
        boolean sse = format.media() == Media.SSE;
        text.putAscii(sse ? "event: failure\ndata: {" : "{\"event\":\"failure\",");
        text.putAscii("\"error_code\":").putNumber(error.errorCode());
        text.putAscii(",\"message\":").putQuoted(error.message());
        text.put(sse ? SSE_END : LINE_END);
        return text.toBuffer(allocator, budget);
    }
}
