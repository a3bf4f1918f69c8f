package io.tidemark.gateway.stream;

import io.tidemark.gateway.consume.LogRecord;
import io.tidemark.gateway.json.JsonScan;
import io.tidemark.gateway.json.TextBuffer;
import io.tidemark.gateway.json.Utf8;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes a record as a CloudEvent in JSON, without its closing brace: what was produced as one is
 * that event again, in either mode; any other is wrapped in one.
 *
 * <pre>
 * {"specversion":"1.0","type":"io.tidemark.record","source":"/topics/orders","id":"0-12",
 *  "time":"2026-01-31T12:00:00Z","partitionkey":"…","data":…
 * </pre>
 *
 * @see <a href="https://github.com/cloudevents/spec/tree/v1.0.2/cloudevents">CloudEvents 1.0.2</a>
 */
final class CloudEventText {

    private static final String PREFIX = "ce_";
    private static final String STRUCTURED = "application/cloudevents+json";

    private CloudEventText() {}

    static void write(TextBuffer text, String topic, LogRecord row) {
        String contentType = "";
        Map<String, String> attributes = new TreeMap<>();
        for (LogRecord.Header header : row.headers()) {
            String name = header.name().toLowerCase(Locale.ROOT);
            byte[] value = header.value();
            if (value != null && name.equals("content-type")) {
                contentType = new String(value, StandardCharsets.UTF_8);
            } else if (value != null && name.matches("ce_[a-z0-9]+")) {
                attributes.put(
                        name.substring(PREFIX.length()), new String(value, StandardCharsets.UTF_8));
            }
        }
        if (contentType.toLowerCase(Locale.ROOT).startsWith(STRUCTURED)
                && structured(text, row.value())) {
            return;
        }
        if (!isEvent(attributes)) {
            attributes = wrapping(topic, row);
        }
        if (!contentType.isEmpty()) {
            attributes.put("datacontenttype", contentType);
        }
        String separator = "{";
        for (Map.Entry<String, String> attribute : attributes.entrySet()) {
            text.putAscii(separator).putQuoted(attribute.getKey());
            text.put(':').putQuoted(attribute.getValue());
            separator = ",";
        }
        data(text, row.value(), contentType);
    }

    private static boolean isEvent(Map<String, String> attributes) {
        return "1.0".equals(attributes.get("specversion"))
                && attributes.containsKey("id")
                && attributes.containsKey("source")
                && attributes.containsKey("type");
    }

    private static Map<String, String> wrapping(String topic, LogRecord row) {
        Map<String, String> attributes = new TreeMap<>();
        attributes.put("specversion", "1.0");
        attributes.put("type", "io.tidemark.record");
        attributes.put("source", "/topics/" + topic);
        attributes.put("id", row.partition() + "-" + row.offset());
        if (row.timestampMs() >= 0) {
            attributes.put("time", Instant.ofEpochMilli(row.timestampMs()).toString());
        }
        byte[] key = row.key();
        if (key != null && key.length > 0 && Utf8.isValid(key)) {
            attributes.put("partitionkey", new String(key, StandardCharsets.UTF_8));
        }
        return attributes;
    }

    /** Whether the value was an event as it stands. */
    private static boolean structured(TextBuffer text, byte @Nullable [] value) {
        if (value == null) {
            return false;
        }
        JsonScan.Kind kind = JsonScan.scan(value);
        boolean json = kind == JsonScan.Kind.JSON || kind == JsonScan.Kind.JSON_LINES;
        int end = value.length - 1;
        while (end > 0 && value[end] <= ' ') {
            end--;
        }
        if (!json || value[end] != '}' || isEmptyObject(value, end)) {
            return false;
        }
        text.putJson(Arrays.copyOf(value, end), kind == JsonScan.Kind.JSON_LINES);
        return true;
    }

    private static boolean isEmptyObject(byte[] json, int end) {
        int at = end - 1;
        while (at > 0 && json[at] <= ' ') {
            at--;
        }
        return json[at] == '{';
    }

    /** JSON where it says so, or says nothing and is; else a string where it can be one. */
    private static void data(TextBuffer text, byte @Nullable [] value, String contentType) {
        if (value == null) {
            return;
        }
        boolean mayBeJson =
                contentType.isEmpty() || contentType.toLowerCase(Locale.ROOT).contains("json");
        JsonScan.Kind kind = JsonScan.scan(value);
        if (mayBeJson && (kind == JsonScan.Kind.JSON || kind == JsonScan.Kind.JSON_LINES)) {
            text.putAscii(",\"data\":").putJson(value, kind == JsonScan.Kind.JSON_LINES);
        } else if (kind == JsonScan.Kind.BINARY) {
            text.putAscii(",\"data_base64\":").putBase64(value);
        } else {
            text.putAscii(",\"data\":").putQuoted(value);
        }
    }
}
