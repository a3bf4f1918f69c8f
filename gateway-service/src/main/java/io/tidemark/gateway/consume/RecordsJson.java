package io.tidemark.gateway.consume;

import io.tidemark.gateway.json.JsonScan;
import io.tidemark.gateway.json.TextBuffer;
import io.tidemark.gateway.json.Utf8;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A v2 answer: {@code [{"topic","key","value","partition","offset"}]}, and on request {@code
 * "timestamp"} and {@code "headers"}. A key or value that is not what the format says does not fail
 * the read: text that is not JSON comes as a JSON string, and for bytes that are not even text the
 * field is null and {@code key_base64} or {@code value_base64} has them.
 */
final class RecordsJson {

    private final EmbeddedFormat format;
    private final boolean withTimestamp;
    private final boolean withHeaders;
    private final TextBuffer text = new TextBuffer();

    RecordsJson(EmbeddedFormat format, boolean withTimestamp, boolean withHeaders) {
        this.format = format;
        this.withTimestamp = withTimestamp;
        this.withHeaders = withHeaders;
    }

    /**
     * @param maxBytes of keys, values and headers; the first record comes in any case
     */
    byte[] write(String topic, List<LogRecord> records, long maxBytes) {
        long bytes = 0;
        text.clear();
        text.put('[');
        for (LogRecord row : records) {
            bytes += row.sizeBytes();
            if (bytes > maxBytes && text.length() > 1) {
                break;
            }
            if (text.length() > 1) {
                text.put(',');
            }
            record(topic, row);
        }
        text.put(']');
        return text.since(0);
    }

    private void record(String topic, LogRecord row) {
        text.putAscii("{\"topic\":").putQuoted(topic);
        field("key", row.key());
        field("value", row.value());
        text.putAscii(",\"partition\":").putNumber(row.partition());
        text.putAscii(",\"offset\":").putNumber(row.offset());
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
        text.putAscii(",\"").putAscii(name).putAscii("\":");
        if (bytes == null) {
            text.putAscii("null");
            return;
        }
        switch (format) {
            case BINARY -> text.putBase64(bytes);
            case TEXT -> {
                if (Utf8.isValid(bytes)) {
                    text.putQuoted(bytes);
                } else {
                    instead(name, bytes);
                }
            }
            case JSON -> {
                switch (JsonScan.scan(bytes)) {
                    case JSON, JSON_LINES -> text.put(bytes);
                    case TEXT -> text.putQuoted(bytes);
                    case BINARY -> instead(name, bytes);
                }
            }
        }
    }

    private void instead(String name, byte[] bytes) {
        text.putAscii("null,\"").putAscii(name).putAscii("_base64\":").putBase64(bytes);
    }
}
