package io.tidemark.gateway.produce.body;

import io.netty.buffer.ByteBuf;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.error.ApiErrorException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * A record of the v3 dialect: {@code {"partition_id","headers","key":{"type","data"},"value":{…},
 * "timestamp"}}.
 *
 * @param keyType as the client named it; null where there is no key
 * @param valueType as the client named it; null where there is no value
 */
public record V3Record(ParsedRecord record, @Nullable Type keyType, @Nullable Type valueType) {

    /** How data is given. */
    public enum Type {
        BINARY(EmbeddedFormat.BINARY),
        JSON(EmbeddedFormat.JSON),
        STRING(EmbeddedFormat.TEXT);

        private final EmbeddedFormat format;

        Type(EmbeddedFormat format) {
            this.format = format;
        }
    }

    /**
     * An entry of a batch.
     *
     * @param record null where there is an error
     * @param error what is wrong with this entry alone
     */
    public record Entry(String id, @Nullable V3Record record, @Nullable ApiError error) {}

    private static final int MAX_ENTRY_ID_LENGTH = 80;
    private static final int TYPE = 1;
    private static final int DATA = 2;

    /**
     * Parses one object.
     *
     * @throws ApiErrorException names the place of what is wrong, counted from {@code from}
     */
    public static V3Record parse(byte[] bytes, int from, int length) {
        try (JsonCursor cursor = new JsonCursor(bytes, from, length)) {
            cursor.next();
            cursor.expectObject();
            V3Record record = read(cursor, id -> {}, false);
            cursor.expectEnd();
            return record;
        }
    }

    /**
     * Parses {@code {"entries":[{"id",…}]}}. An entry that cannot be taken is an error of its own,
     * which counts places from the entry's beginning, as long as it has an id to be told by.
     *
     * @throws ApiErrorException names the place of what is wrong with the whole
     */
    public static List<Entry> parseBatch(byte[] bytes, int length, Toll toll) {
        try (JsonCursor cursor = new JsonCursor(bytes, 0, length, toll)) {
            cursor.next();
            cursor.expectObject();
            List<Entry> entries = new ArrayList<>();
            int seen = 0;
            while (cursor.next() != JsonToken.END_OBJECT) {
                if (!cursor.name().equals("entries")) {
                    throw cursor.wrong("is not known here: entries is");
                }
                seen = cursor.once(seen, 1);
                if (cursor.next() != JsonToken.START_ARRAY) {
                    throw cursor.wrong("must be an array");
                }
                while (cursor.next() != JsonToken.END_ARRAY) {
                    cursor.expectObject();
                    RawValue entry = cursor.raw();
                    entries.add(readEntry(bytes, entry.start(), entry.end() - entry.start()));
                }
            }
            cursor.expectEnd();
            requireDistinct(entries);
            return entries;
        }
    }

    private static Entry readEntry(byte[] bytes, int from, int length) {
        String id = readId(bytes, from, length);
        try (JsonCursor cursor = new JsonCursor(bytes, from, length)) {
            cursor.next();
            return new Entry(id, read(cursor, each -> {}, true), null);
        } catch (ApiErrorException e) {
            return new Entry(id, null, e.error());
        }
    }

    private static String readId(byte[] bytes, int from, int length) {
        try (JsonCursor cursor = new JsonCursor(bytes, from, length)) {
            cursor.next();
            String id = "";
            int seen = 0;
            while (cursor.next() != JsonToken.END_OBJECT) {
                if (cursor.name().equals("id")) {
                    seen = cursor.once(seen, 1);
                    cursor.next();
                    id = cursor.string();
                } else {
                    cursor.nextRaw();
                }
            }
            if (id.isEmpty()) {
                throw batch("Every entry of a batch must have an id.");
            }
            if (id.length() > MAX_ENTRY_ID_LENGTH) {
                throw batch(
                        "The id '%s…' has more than %d characters."
                                .formatted(id.substring(0, 20), MAX_ENTRY_ID_LENGTH));
            }
            return id;
        }
    }

    private static ApiErrorException batch(String message) {
        return new ApiError(422, 42208, message).exception();
    }

    private static void requireDistinct(List<Entry> entries) {
        if (entries.isEmpty()) {
            throw batch("The batch has no entries.");
        }
        if (entries.stream().map(Entry::id).distinct().count() < entries.size()) {
            throw batch("Entries of a batch must have distinct ids.");
        }
    }

    private static V3Record read(JsonCursor cursor, Consumer<String> id, boolean withId) {
        RecordFields fields = new RecordFields(cursor);
        Type keyType = null;
        Type valueType = null;
        while (cursor.next() != JsonToken.END_OBJECT) {
            switch (cursor.name()) {
                case "partition_id" -> fields.readPartition();
                case "timestamp" -> fields.readTimestamp();
                case "headers" -> fields.readHeaders(true);
                case "key" -> {
                    fields.onlyKey();
                    Data data = readData(cursor, fields);
                    fields.key = data.bytes;
                    keyType = data.type;
                }
                case "value" -> {
                    fields.onlyValue();
                    Data data = readData(cursor, fields);
                    fields.value = data.bytes;
                    valueType = data.type;
                }
                case "id" -> {
                    if (!withId) {
                        throw unknown(cursor);
                    }
                    cursor.next();
                    id.accept(cursor.string());
                }
                default -> throw unknown(cursor);
            }
        }
        return new V3Record(fields.record(), keyType, valueType);
    }

    private static ApiErrorException unknown(JsonCursor cursor) {
        return cursor.wrong(
                "is not known in a record: partition_id, headers, key, value and timestamp are");
    }

    private record Data(@Nullable Type type, @Nullable ByteBuf bytes) {}

    private static Data readData(JsonCursor cursor, RecordFields fields) {
        if (cursor.next() == JsonToken.VALUE_NULL) {
            return new Data(null, null);
        }
        cursor.expectObject();
        Type type = null;
        RawValue data = null;
        String dataPath = "";
        int seen = 0;
        while (cursor.next() != JsonToken.END_OBJECT) {
            switch (cursor.name()) {
                case "type" -> {
                    seen = cursor.once(seen, TYPE);
                    cursor.next();
                    type = type(cursor);
                }
                case "data" -> {
                    seen = cursor.once(seen, DATA);
                    dataPath = cursor.path();
                    data = cursor.nextRaw();
                }
                default ->
                        throw cursor.wrong(
                                "is not supported: a key or value has type (BINARY, JSON or"
                                        + " STRING) and data");
            }
        }
        if (type == null) {
            throw cursor.wrong("has no type: BINARY, JSON or STRING");
        }
        if (data == null || data.isNull()) {
            return new Data(type, null);
        }
        if (type != Type.JSON && data.token() != JsonToken.VALUE_STRING) {
            throw cursor.at(dataPath, "must be a string where the type is " + type, data.start());
        }
        return new Data(type, fields.convert(data, type.format, dataPath));
    }

    private static Type type(JsonCursor cursor) {
        return switch (cursor.string()) {
            case "BINARY" -> Type.BINARY;
            case "JSON" -> Type.JSON;
            case "STRING" -> Type.STRING;
            default -> throw cursor.wrong("is not supported: BINARY, JSON and STRING are");
        };
    }
}
