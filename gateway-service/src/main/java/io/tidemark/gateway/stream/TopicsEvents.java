package io.tidemark.gateway.stream;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.tidemark.gateway.consume.TopicsCursor;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.json.TextBuffer;
import io.tidemark.gateway.limit.ReadBudget;
import io.tidemark.gateway.stream.EventFormat.Media;
import java.util.Locale;
import java.util.Map;

/**
 * What a stream over several topics says beside the records. Used while the cursor's monitor is
 * held.
 */
final class TopicsEvents {

    private final Media media;
    private final TopicsCursor.Writer cursor;
    private final ReadBudget budget;
    private final TextBuffer text = new TextBuffer();

    TopicsEvents(Media media, TopicsCursor.Writer cursor, ReadBudget budget) {
        this.media = media;
        this.cursor = cursor;
        this.budget = budget;
    }

    private boolean sse() {
        return media == Media.SSE;
    }

    /** The first bytes: how long to wait before a reconnect, and where it stands. */
    ByteBuf opening(int retryMs) {
        text.clear();
        if (sse()) {
            text.putAscii("retry: ").putNumber(retryMs).put('\n');
        }
        return place();
    }

    /** The first bytes where it does not stand where it was asked to, in some topics. */
    ByteBuf opening(int retryMs, Map<String, Reset> resets, int topicsGone) {
        text.clear();
        if (sse()) {
            text.putAscii("retry: ").putNumber(retryMs).put('\n');
        }
        if (topicsGone > 0) {
            begin("reset");
            text.putAscii("\"reason\":\"topics_deleted\",\"message\":")
                    .putQuoted(
                            "Topics that the cursor stands in are deleted, or not asked for: "
                                    + topicsGone)
                    .putAscii(",\"partitions\":[]");
            end();
        }
        resets.forEach(this::reset);
        // Only now: a client that loses the connection before must be told of them again.
        return place();
    }

    private void reset(String topic, Reset reset) {
        begin("reset");
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
        text.put(']');
        end();
    }

    /** Nothing but the cursor. */
    ByteBuf heartbeat() {
        text.clear();
        return place();
    }

    private ByteBuf place() {
        text.putAscii(sse() ? "id: " : "{\"cursor\":\"");
        cursor();
        text.putAscii(sse() ? "\n\n" : "\"}\n");
        return bytes();
    }

    /** A topic has joined, or is gone. */
    ByteBuf topic(String event, String topic) {
        text.clear();
        if (sse()) {
            text.putAscii("id: ");
            cursor();
            text.put('\n');
        }
        begin(event);
        text.putAscii("\"topic\":").putQuoted(topic).putAscii(",\"cursor\":\"");
        cursor();
        text.put('"');
        end();
        return bytes();
    }

    /** The last event of a stream that has all that it asked for. */
    ByteBuf ended(String reason) {
        text.clear();
        if (sse()) {
            text.putAscii("id: ");
            cursor();
            text.putAscii(EndMark.TEXT).put('\n');
        }
        begin("end");
        text.putAscii("\"reason\":\"").putAscii(reason).putAscii("\",\"cursor\":\"");
        cursor();
        text.put('"');
        end();
        return bytes();
    }

    /** The last event of a stream that cannot go on. */
    ByteBuf failure(ApiError error) {
        text.clear();
        begin("failure");
        text.putAscii("\"error_code\":").putNumber(error.errorCode());
        text.putAscii(",\"message\":").putQuoted(error.message());
        end();
        return bytes();
    }

    private void begin(String event) {
        if (sse()) {
            text.putAscii("event: ").putAscii(event).putAscii("\ndata: {");
        } else {
            text.putAscii("{\"event\":\"").putAscii(event).putAscii("\",");
        }
    }

    private void end() {
        text.putAscii(sse() ? "}\n\n" : "}\n");
    }

    private void cursor() {
        cursor.write();
        text.put(cursor.text());
    }

    private ByteBuf bytes() {
        return text.toBuffer(ByteBufAllocator.DEFAULT, budget);
    }
}
