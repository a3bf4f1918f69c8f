package io.tidemark.gateway.produce.body;

import io.tidemark.gateway.error.ApiErrorException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JsonToken;

/** The body of a v2 produce request: {@code {"records":[{key,value,partition,…}]}}. */
public final class V2Body {

    private V2Body() {}

    /**
     * Parses a whole body.
     *
     * @param bytes must not change while the records are in use: they are slices of it
     * @param toll told of each record and header
     * @throws ApiErrorException names the place of what is wrong
     */
    public static List<ParsedRecord> parse(
            byte[] bytes, int length, EmbeddedFormat format, Toll toll) {
        try (JsonCursor cursor = new JsonCursor(bytes, 0, length, toll)) {
            cursor.next();
            cursor.expectObject();
            List<ParsedRecord> records = new ArrayList<>();
            int seen = 0;
            while (cursor.next() != JsonToken.END_OBJECT) {
                switch (cursor.name()) {
                    case "records" -> {
                        seen = cursor.once(seen, 1);
                        readRecords(cursor, format, records);
                    }
                    // Schemas mean nothing to these formats; clients send them all the same.
                    case "key_schema", "key_schema_id", "value_schema", "value_schema_id" ->
                            cursor.nextRaw();
                    default -> throw cursor.wrong("is not known here: records is");
                }
            }
            if (records.isEmpty()) {
                throw cursor.wrong("has no records: send {\"records\":[{\"value\":…}]}");
            }
            cursor.expectEnd();
            return records;
        }
    }

    private static void readRecords(
            JsonCursor cursor, EmbeddedFormat format, List<ParsedRecord> records) {
        if (cursor.next() != JsonToken.START_ARRAY) {
            throw cursor.wrong("must be an array");
        }
        while (cursor.next() != JsonToken.END_ARRAY) {
            cursor.expectObject();
            records.add(readRecord(cursor, format));
        }
    }

    private static ParsedRecord readRecord(JsonCursor cursor, EmbeddedFormat format) {
        RecordFields fields = new RecordFields(cursor);
        while (cursor.next() != JsonToken.END_OBJECT) {
            switch (cursor.name()) {
                case "key" -> fields.readKey(format);
                case "value" -> fields.readValue(format);
                case "partition" -> fields.readPartition();
                case "timestamp" -> fields.readTimestamp();
                case "headers" -> fields.readHeaders(true);
                default ->
                        throw cursor.wrong(
                                "is not known in a record: key, value, partition, headers and"
                                        + " timestamp are");
            }
        }
        return fields.record();
    }
}
