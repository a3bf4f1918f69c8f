package io.tidemark.gateway.produce.body;

import io.netty.buffer.ByteBuf;
import io.tidemark.protocol.record.RecordHeader;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/** What a record's object holds, collected property by property; the same in all dialects. */
final class RecordFields {

    /** The year 9999, so that every timestamp can be written as a date. */
    private static final long MAX_TIMESTAMP_MS = 253_402_300_799_999L;

    private static final int KEY = 1;
    private static final int VALUE = 2;
    private static final int PARTITION = 4;
    private static final int TIMESTAMP = 8;
    private static final int HEADERS = 16;
    private static final int NAME = 32;

    private final JsonCursor cursor;
    private int seen;
    int partition = ParsedRecord.ANY_PARTITION;
    long timestampMs = ParsedRecord.NOW;
    @Nullable ByteBuf key;
    @Nullable ByteBuf value;
    List<RecordHeader> headers = List.of();

    RecordFields(JsonCursor cursor) {
        this.cursor = cursor;
        cursor.pay(Toll.RECORD_BYTES);
    }

    ParsedRecord record() {
        return new ParsedRecord(partition, timestampMs, key, value, headers);
    }

    /** A key comes next, under whatever name; a record has one. */
    void onlyKey() {
        seen = cursor.once(seen, KEY);
    }

    /** A value comes next, under whatever name; a record has one. */
    void onlyValue() {
        seen = cursor.once(seen, VALUE);
    }

    /** Reads a partition's number, or null. */
    void readPartition() {
        seen = cursor.once(seen, PARTITION);
        if (cursor.next() != JsonToken.VALUE_NULL) {
            partition = (int) cursor.integer(0, Integer.MAX_VALUE, "a partition's number");
        }
    }

    /** Reads milliseconds since the epoch, an ISO-8601 date, or null. */
    void readTimestamp() {
        seen = cursor.once(seen, TIMESTAMP);
        JsonToken token = cursor.next();
        if (token == JsonToken.VALUE_STRING) {
            try {
                timestampMs = Instant.parse(cursor.string()).toEpochMilli();
            } catch (DateTimeException | ArithmeticException e) {
                throw cursor.wrong("is not an ISO-8601 date such as 2026-01-31T12:00:00Z");
            }
            if (timestampMs < 0 || timestampMs > MAX_TIMESTAMP_MS) {
                throw cursor.wrong("is out of range");
            }
        } else if (token != JsonToken.VALUE_NULL) {
            timestampMs =
                    cursor.integer(0, MAX_TIMESTAMP_MS, "a timestamp in milliseconds since 1970");
        }
    }

    /**
     * Reads headers: an array of {@code {name, value}} ({@code key} for name is taken, too), or
     * null.
     *
     * @param base64 whether {@code value} is base64; else it is text. {@code value_base64} always
     *     is.
     */
    void readHeaders(boolean base64) {
        seen = cursor.once(seen, HEADERS);
        JsonToken token = cursor.next();
        if (token == JsonToken.VALUE_NULL) {
            return;
        }
        if (token != JsonToken.START_ARRAY) {
            throw cursor.wrong("must be an array of objects with name and value");
        }
        headers = new ArrayList<>();
        while (cursor.next() != JsonToken.END_ARRAY) {
            cursor.pay(Toll.HEADER_BYTES);
            headers.add(readHeader(base64));
        }
    }

    private RecordHeader readHeader(boolean base64) {
        cursor.expectObject();
        String name = null;
        ByteBuffer bytes = null;
        int told = 0;
        while (cursor.next() != JsonToken.END_OBJECT) {
            switch (cursor.name()) {
                case "name", "key" -> {
                    told = cursor.once(told, NAME);
                    cursor.next();
                    name = cursor.string();
                }
                case "value" -> {
                    told = cursor.once(told, VALUE);
                    bytes = headerValue(base64);
                }
                case "value_base64" -> {
                    told = cursor.once(told, VALUE);
                    bytes = headerValue(true);
                }
                default -> throw cursor.wrong("is not known in a header: name and value are");
            }
        }
        if (name == null) {
            throw cursor.wrong("has no name");
        }
        return new RecordHeader(name, bytes);
    }

    private @Nullable ByteBuffer headerValue(boolean base64) {
        JsonToken token = cursor.next();
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        if (token != JsonToken.VALUE_STRING) {
            throw cursor.wrong("must be a string");
        }
        String path = cursor.path();
        RawValue raw = cursor.raw();
        return (base64 ? cursor.base64(raw, path) : cursor.text(raw)).nioBuffer();
    }

    /** Reads the key, of {@code format}. */
    void readKey(EmbeddedFormat format) {
        onlyKey();
        key = readEmbedded(format);
    }

    /** Reads the value, of {@code format}. */
    void readValue(EmbeddedFormat format) {
        onlyValue();
        value = readEmbedded(format);
    }

    /** Reads a value of {@code format}; JSON's null is no value. */
    private @Nullable ByteBuf readEmbedded(EmbeddedFormat format) {
        JsonToken token = cursor.next();
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        if (format != EmbeddedFormat.JSON && token != JsonToken.VALUE_STRING) {
            throw cursor.wrong(
                    format == EmbeddedFormat.BINARY
                            ? "must be a string of base64; for JSON values send Content-Type:"
                                    + " application/vnd.kafka.json.v2+json"
                            : "must be a string");
        }
        String path = format == EmbeddedFormat.BINARY ? cursor.path() : "";
        RawValue raw = cursor.raw();
        return convert(raw, format, path);
    }

    ByteBuf convert(RawValue raw, EmbeddedFormat format, String path) {
        return switch (format) {
            case BINARY -> cursor.base64(raw, path);
            case JSON -> cursor.slice(raw);
            case TEXT -> cursor.text(raw);
        };
    }
}
