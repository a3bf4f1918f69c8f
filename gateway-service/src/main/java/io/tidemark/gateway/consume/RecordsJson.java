package io.tidemark.gateway.consume;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.tidemark.gateway.json.JsonScan;
import io.tidemark.gateway.json.TextBuffer;
import io.tidemark.gateway.json.Utf8;
import io.tidemark.gateway.limit.ReadBudget;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A v2 answer: {@code [{"topic","key","value","partition","offset"}]}, and on request {@code
 * "timestamp"} and {@code "headers"}. A key or value that is not what the format says does not fail
 * the read: text that is not JSON comes as a JSON string, and for bytes that are not even text the
 * field is null and {@code key_base64} or {@code value_base64} has them. In place of what cannot be
 * read at all stands {@code "error_code","error"}, with neither key nor value.
 */
public final class RecordsJson {

    private static final byte[] VALUE = ascii(",\"value\":");
    private static final byte[] PARTITION = ascii(",\"partition\":");
    private static final byte[] OFFSET = ascii(",\"offset\":");

    private final EmbeddedFormat format;
    private final boolean withTimestamp;
    private final boolean withHeaders;
    private final TextBuffer text;

    /** What each record of a topic begins with. */
    private byte[] opening = {};

    private String quotedTopicOf = "";

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    public RecordsJson(EmbeddedFormat format, boolean withTimestamp, boolean withHeaders) {
        this(format, withTimestamp, withHeaders, new TextBuffer());
    }

    /**
     * @param text to write in: another user's once the answer was taken
     */
    public RecordsJson(
            EmbeddedFormat format, boolean withTimestamp, boolean withHeaders, TextBuffer text) {
        this.text = text;
        this.format = format;
        this.withTimestamp = withTimestamp;
        this.withHeaders = withHeaders;
    }

    /**
     * The whole answer, as a buffer that the caller releases; the records are dropped.
     *
     * @param maxBytes of keys, values and headers; the first record comes in any case
     * @param budget told of a large one, until it is released
     */
    ByteBuf write(
            String topic,
            List<LogRecord> records,
            long maxBytes,
            ByteBufAllocator allocator,
            ReadBudget budget) {
        long bytes = 0;
        begin();
        for (LogRecord row : records) {
            bytes += row.sizeBytes();
            if (bytes > maxBytes && text.length() > 1) {
                break;
            }
            add(topic, row);
        }
        end();
        LogRecord.releaseAll(records);
        return toBuffer(allocator, budget);
    }

    /** Begins an answer, whatever was written before. */
    public void begin() {
        begin(0);
    }

    /**
     * The same.
     *
     * @param expectedBytes of the answer, roughly
     */
    public void begin(int expectedBytes) {
        text.clear();
        text.expect(expectedBytes);
        text.put('[');
        quotedTopicOf = "";
    }

    public void add(String topic, LogRecord row) {
        if (text.length() > 1) {
            text.put(',');
        }
        if (!topic.equals(quotedTopicOf)) {
            quotedTopicOf = topic;
            int start = text.length();
            text.putAscii("{\"topic\":").putQuoted(topic).putAscii(",\"key\":");
            opening = text.since(start);
            text.truncate(start);
        }
        record(row);
    }

    public void end() {
        text.put(']');
    }

    /**
     * The answer as a buffer that the caller releases.
     *
     * @param budget told of a large one, until it is released
     */
    public ByteBuf toBuffer(ByteBufAllocator allocator, ReadBudget budget) {
        return text.toBuffer(allocator, budget);
    }

    private void record(LogRecord row) {
        text.put(opening);
        field("key", row.key());
        text.put(VALUE);
        field("value", row.value());
        text.put(PARTITION).putNumber(row.partition());
        text.put(OFFSET).putNumber(row.offset());
        Unreadable unreadable = row.unreadable();
        if (unreadable != null) {
            text.putAscii(",\"error_code\":").putNumber(unreadable.error().errorCode());
            text.putAscii(",\"error\":").putQuoted(unreadable.error().message());
        }
        if (withTimestamp) {
            text.putAscii(",\"timestamp\":").putNumber(row.timestampMs());
        }
        if (withHeaders) {
            headers(row.headers());
        }
        text.put('}');
    }

    private void headers(List<LogRecord.Header> headers) {
        text.putAscii(",\"headers\":[");
        String separator = "{\"name\":";
        for (LogRecord.Header header : headers) {
            text.putAscii(separator).putQuoted(header.name()).putAscii(",\"value\":");
            byte[] value = header.value();
            if (value == null) {
                text.putAscii("null}");
            } else {
                text.putBase64(value).put('}');
            }
            separator = ",{\"name\":";
        }
        text.put(']');
    }

    private void field(String name, byte @Nullable [] bytes) {
        if (bytes == null) {
            text.putAscii("null");
            return;
        }
        switch (format) {
            case BINARY -> text.putBase64(bytes);
            case TEXT -> {
                if (Utf8.isValid(bytes) && TextBuffer.quotesWell(bytes)) {
                    text.putQuoted(bytes);
                } else {
                    instead(name, bytes);
                }
            }
            case JSON -> {
                switch (JsonScan.scan(bytes)) {
                    case JSON, JSON_LINES -> text.put(bytes);
                    case TEXT -> {
                        if (TextBuffer.quotesWell(bytes)) {
                            text.putQuoted(bytes);
                        } else {
                            instead(name, bytes);
                        }
                    }
                    case BINARY -> instead(name, bytes);
                }
            }
        }
    }

    private void instead(String name, byte[] bytes) {
        text.putAscii("null,\"").putAscii(name).putAscii("_base64\":").putBase64(bytes);
    }
}
