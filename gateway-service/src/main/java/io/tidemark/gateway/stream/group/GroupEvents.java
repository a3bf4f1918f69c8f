package io.tidemark.gateway.stream.group;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.group.member.TopicPartition;
import io.tidemark.gateway.json.TextBuffer;
import io.tidemark.gateway.limit.ReadBudget;
import io.tidemark.gateway.stream.EndMark;
import io.tidemark.gateway.stream.EventFormat.Media;
import java.util.Map;
import java.util.SortedMap;

/** What a group's stream says beside the records. One thread. */
final class GroupEvents {

    private final Media media;
    private final String memberId;
    private final ReadBudget budget;
    private final TextBuffer text = new TextBuffer();

    GroupEvents(Media media, String memberId, ReadBudget budget) {
        this.media = media;
        this.budget = budget;
        this.memberId = memberId;
    }

    /** The first bytes: how long to wait before a reconnect. */
    ByteBuf opening(int retryMs) {
        text.clear();
        if (media == Media.SSE) {
            text.putAscii("retry: ").putNumber(retryMs).putAscii("\n\n");
            return bytes();
        }
        return heartbeat();
    }

    /** Shows that the stream lives. */
    ByteBuf heartbeat() {
        text.clear();
        text.putAscii(media == Media.SSE ? ": \n\n" : "{\"event\":\"heartbeat\"}\n");
        return bytes();
    }

    /**
     * What the stream has from now on.
     *
     * @param partitions with the offset that comes next
     */
    ByteBuf assigned(SortedMap<TopicPartition, Long> partitions) {
        text.clear();
        begin("assigned");
        text.putAscii("\"member_id\":").putQuoted(memberId).putAscii(",\"partitions\":[");
        String separator = "{\"topic\":";
        for (Map.Entry<TopicPartition, Long> each : partitions.entrySet()) {
            text.putAscii(separator).putQuoted(each.getKey().topic());
            text.putAscii(",\"partition\":").putNumber(each.getKey().partition());
            text.putAscii(",\"offset\":").putNumber(each.getValue()).put('}');
            separator = ",{\"topic\":";
        }
        text.putAscii("]}");
        return end();
    }

    /** The last event of a stream that has all that it asked for. */
    ByteBuf ended() {
        text.clear();
        if (media == Media.SSE) {
            text.putAscii("id: ").putAscii(EndMark.TEXT).put('\n');
        }
        begin("end");
        text.putAscii("\"reason\":\"limit\"}");
        return end();
    }

    /** The last event of a stream that cannot go on. */
    ByteBuf failure(ApiError error) {
        text.clear();
        begin("failure");
        text.putAscii("\"error_code\":").putNumber(error.errorCode());
        text.putAscii(",\"message\":").putQuoted(error.message()).put('}');
        return end();
    }

    private void begin(String event) {
        if (media == Media.SSE) {
            text.putAscii("event: ").putAscii(event).putAscii("\ndata: {");
        } else {
            text.putAscii("{\"event\":\"").putAscii(event).putAscii("\",");
        }
    }

    private ByteBuf end() {
        text.putAscii(media == Media.SSE ? "\n\n" : "\n");
        return bytes();
    }

    private ByteBuf bytes() {
        return text.toBuffer(ByteBufAllocator.DEFAULT, budget);
    }
}
