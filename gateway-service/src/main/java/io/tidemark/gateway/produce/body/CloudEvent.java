package io.tidemark.gateway.produce.body;

import io.netty.buffer.ByteBuf;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.error.ApiErrorException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonToken;

/**
 * An event in CloudEvents' JSON format, version 1.0: its bytes as they stand, and what must be
 * known of it.
 *
 * @param bytes a slice of the body
 * @param id with the source, what tells the event from all others
 * @param partitionKey null where it has none
 * @see <a
 *     href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md">
 *     JSON event format</a>
 */
public record CloudEvent(ByteBuf bytes, String source, String id, @Nullable String partitionKey) {

    private static final List<String> REQUIRED = List.of("id", "source", "specversion", "type");

    /** An event of a batch, or what is wrong with it. */
    public record Entry(@Nullable CloudEvent event, @Nullable ApiError error) {}

    /**
     * Parses one event.
     *
     * @throws ApiErrorException names what is wrong
     */
    public static CloudEvent parse(byte[] body, int from, int length) {
        try (JsonCursor cursor = new JsonCursor(body, from, length)) {
            cursor.next();
            cursor.expectObject();
            Map<String, String> attributes = readAttributes(cursor);
            RawValue whole = new RawValue(JsonToken.START_OBJECT, from, from + length);
            cursor.expectEnd();
            check(attributes, "");
            return new CloudEvent(
                    cursor.slice(whole),
                    attributes.getOrDefault("source", ""),
                    attributes.getOrDefault("id", ""),
                    attributes.get("partitionkey"));
        }
    }

    /**
     * Parses an array of events; one that cannot be taken is an error of its own.
     *
     * @param toll told of each event
     * @throws ApiErrorException where the whole is not an array of JSON objects, or empty
     */
    public static List<Entry> parseBatch(byte[] body, int length, Toll toll) {
        try (JsonCursor cursor = new JsonCursor(body, 0, length)) {
            if (cursor.next() != JsonToken.START_ARRAY) {
                throw cursor.wrong("must be an array of events");
            }
            List<Entry> entries = new ArrayList<>();
            while (cursor.next() != JsonToken.END_ARRAY) {
                cursor.expectObject();
                RawValue event = cursor.raw();
                // The event, its attributes as headers, and what may be said of it.
                toll.pay(2 * Toll.RECORD_BYTES);
                entries.add(entry(body, event.start(), event.end() - event.start()));
            }
            cursor.expectEnd();
            if (entries.isEmpty()) {
                throw new ApiError(422, 42208, "The batch has no events.").exception();
            }
            return entries;
        }
    }

    private static Entry entry(byte[] body, int from, int length) {
        try {
            return new Entry(parse(body, from, length), null);
        } catch (ApiErrorException e) {
            return new Entry(null, e.error());
        }
    }

    private static Map<String, String> readAttributes(JsonCursor cursor) {
        Map<String, String> attributes = new TreeMap<>();
        Set<String> names = new HashSet<>();
        boolean data = false;
        while (cursor.next() != JsonToken.END_OBJECT) {
            String name = cursor.name();
            if (name.equals("data") || name.equals("data_base64")) {
                if (data) {
                    throw cursor.wrong("is not the only data: data or data_base64 comes once");
                }
                data = true;
                cursor.nextRaw();
            } else {
                if (!names.add(name)) {
                    throw cursor.wrong("comes twice");
                }
                String value = attribute(cursor, cursor.next());
                if (value != null) {
                    attributes.put(name, value);
                }
            }
        }
        return attributes;
    }

    private static @Nullable String attribute(JsonCursor cursor, @Nullable JsonToken token) {
        return switch (token) {
            case VALUE_NULL -> null;
            case VALUE_STRING -> cursor.string();
            case VALUE_TRUE -> "true";
            case VALUE_FALSE -> "false";
            case VALUE_NUMBER_INT ->
                    Long.toString(
                            cursor.integer(
                                    Integer.MIN_VALUE, Integer.MAX_VALUE, "an integer of 32 bits"));
            case null, default ->
                    throw cursor.wrong("must be a string, a whole number or a boolean");
        };
    }

    /**
     * Fails where attributes are not those of an event.
     *
     * @param prefix of their names where they came, for the message
     */
    public static void check(Map<String, String> attributes, String prefix) {
        for (String name : REQUIRED) {
            String value = attributes.get(name);
            if (value == null || value.isEmpty()) {
                throw wrong(prefix + name, "is missing, and every CloudEvent has one");
            }
        }
        String version = attributes.get("specversion");
        if (!"1.0".equals(version)) {
            throw wrong(prefix + "specversion", "is '" + version + "', and 1.0 is what is taken");
        }
        attributes.forEach(
                (name, value) -> {
                    if (!name.matches("[a-z0-9]+")) {
                        throw wrong(
                                prefix + name, "is no attribute's name: those have a-z and 0-9");
                    }
                });
        requireTime(attributes.get("time"), prefix);
    }

    private static void requireTime(@Nullable String time, String prefix) {
        try {
            if (time != null) {
                OffsetDateTime.parse(time);
            }
        } catch (DateTimeException e) {
            throw wrong(
                    prefix + "time", "is '" + time + "', and no time like 2026-01-31T12:00:00Z");
        }
    }

    private static ApiErrorException wrong(String name, String message) {
        return ApiError.invalidPayload("The CloudEvent's " + name + " " + message + ".")
                .exception();
    }
}
