package io.tidemark.gateway.produce.body;

import io.netty.buffer.ByteBuf;
import io.tidemark.gateway.error.ApiErrorException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * A line of an NDJSON body: {@code {"key","value","headers","partition","timestamp"}}.
 *
 * <p>A key or value that is a JSON string is stored as its text, anything else as the JSON that
 * stands there; {@code key_base64} and {@code value_base64} are stored as the bytes they stand for.
 * So what a stream of this gateway delivered can be sent again as it is: {@code topic}, {@code
 * offset} and {@code cursor}, which it adds, are passed over.
 */
public final class NativeRecord {

    private NativeRecord() {}

    /**
     * Parses one object.
     *
     * @throws ApiErrorException names the place of what is wrong
     */
    public static ParsedRecord parse(byte[] bytes, int from, int length) {
        try (JsonCursor cursor = new JsonCursor(bytes, from, length)) {
            cursor.next();
            cursor.expectObject();
            RecordFields fields = new RecordFields(cursor);
            while (cursor.next() != JsonToken.END_OBJECT) {
                switch (cursor.name()) {
                    case "key" -> {
                        fields.onlyKey();
                        fields.key = readValue(cursor);
                    }
                    case "value" -> {
                        fields.onlyValue();
                        fields.value = readValue(cursor);
                    }
                    case "key_base64" -> fields.readKey(EmbeddedFormat.BINARY);
                    case "value_base64" -> fields.readValue(EmbeddedFormat.BINARY);
                    case "partition" -> fields.readPartition();
                    case "timestamp" -> fields.readTimestamp();
                    case "headers" -> fields.readHeaders(false);
                    case "topic", "offset", "cursor" -> cursor.nextRaw();
                    default ->
                            throw cursor.wrong(
                                    "is not known in a record: key, value, headers, partition and"
                                            + " timestamp are");
                }
            }
            cursor.expectEnd();
            return fields.record();
        }
    }

    private static @Nullable ByteBuf readValue(JsonCursor cursor) {
        RawValue raw = cursor.nextRaw();
        if (raw.isNull()) {
            return null;
        }
        return raw.token() == JsonToken.VALUE_STRING ? cursor.text(raw) : cursor.slice(raw);
    }
}
