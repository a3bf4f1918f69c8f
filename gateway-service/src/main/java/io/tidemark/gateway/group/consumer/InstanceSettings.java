package io.tidemark.gateway.group.consumer;

import io.tidemark.gateway.admin.AdminBody;
import io.tidemark.gateway.consume.EmbeddedFormat;
import io.tidemark.gateway.error.ApiError;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an instance was created with. Immutable; kept in the directory as JSON.
 *
 * @param autoCommit whether the gateway commits what was read
 * @param fetchMinBytes a read waits for so many bytes, or until its time is over
 * @param requestTimeoutMs how long a read waits that does not say
 * @param instanceTimeoutMs time without a request after which the instance expires
 * @param withHeaders whether answers have headers, which strict clients refuse
 * @param withTimestamp likewise
 */
record InstanceSettings(
        EmbeddedFormat format,
        OffsetReset offsetReset,
        boolean autoCommit,
        int fetchMinBytes,
        int requestTimeoutMs,
        long instanceTimeoutMs,
        boolean withHeaders,
        boolean withTimestamp) {

    private static final int MAX_FETCH_MIN_BYTES = 10_000_000;
    private static final int MAX_TIMEOUT_MS = 300_000;
    private static final long MAX_INSTANCE_TIMEOUT_MS = 86_400_000;

    private static final String FORMAT = "format";
    private static final String OFFSET_RESET = "auto.offset.reset";
    private static final String AUTO_COMMIT = "auto.commit.enable";

    /** The same, as Kafka and Strimzi's bridge call it. */
    private static final String ENABLE_AUTO_COMMIT = "enable.auto.commit";

    private static final String MIN_BYTES = "fetch.min.bytes";
    private static final String REQUEST_TIMEOUT = "consumer.request.timeout.ms";

    /** What these three are called by older clients of Confluent's proxy. */
    private static final String ID = "id";

    private static final String RESPONSE_MIN_BYTES = "responseMinBytes";
    private static final String REQUEST_WAIT = "requestWaitMs";

    private static final String INSTANCE_TIMEOUT = "consumer.instance.timeout.ms";
    private static final String ISOLATION = "isolation.level";
    private static final String INCLUDE = "include";

    /** What a body may name, beside {@code name}. */
    static final List<String> NAMES =
            List.of(
                    "name",
                    ID,
                    RESPONSE_MIN_BYTES,
                    REQUEST_WAIT,
                    FORMAT,
                    OFFSET_RESET,
                    AUTO_COMMIT,
                    ENABLE_AUTO_COMMIT,
                    MIN_BYTES,
                    REQUEST_TIMEOUT,
                    INSTANCE_TIMEOUT,
                    ISOLATION,
                    INCLUDE);

    /** Where to begin without a committed offset. */
    enum OffsetReset {
        EARLIEST,
        LATEST,
        NONE
    }

    /** What a request asks for. */
    static InstanceSettings of(AdminBody body, ConsumerProperties defaults) {
        String isolation = body.textOrNull(ISOLATION);
        if (isolation != null
                && !isolation.equals("read_uncommitted")
                && !isolation.equals("read_committed")) {
            throw invalid(ISOLATION, isolation, "read_uncommitted, read_committed");
        }
        List<String> include = include(body.textOrNull(INCLUDE));
        return new InstanceSettings(
                format(body.textOrNull(FORMAT)),
                offsetReset(body.textOrNull(OFFSET_RESET)),
                flag(AUTO_COMMIT, either(body, AUTO_COMMIT, ENABLE_AUTO_COMMIT)),
                (int)
                        number(
                                MIN_BYTES,
                                either(body, MIN_BYTES, RESPONSE_MIN_BYTES),
                                1,
                                1,
                                MAX_FETCH_MIN_BYTES),
                (int)
                        number(
                                REQUEST_TIMEOUT,
                                either(body, REQUEST_TIMEOUT, REQUEST_WAIT),
                                defaults.requestTimeout().toMillis(),
                                0,
                                MAX_TIMEOUT_MS),
                number(
                        INSTANCE_TIMEOUT,
                        body.textOrNull(INSTANCE_TIMEOUT),
                        defaults.instanceTimeout().toMillis(),
                        1_000,
                        MAX_INSTANCE_TIMEOUT_MS),
                include.contains("headers"),
                include.contains("timestamp"));
    }

    /** The name that was asked for: {@code name}, or {@code id}; null for any. */
    static @Nullable String name(AdminBody body) {
        return either(body, "name", ID);
    }

    /** A setting that has two names, of which a body may use either. */
    private static @Nullable String either(AdminBody body, String name, String alias) {
        String first = body.textOrNull(name);
        String second = body.textOrNull(alias);
        if (first != null && second != null && !first.equals(second)) {
            throw body.wrong(
                    alias,
                    "is '%s', and %s, which is the same, '%s'".formatted(second, name, first));
        }
        return first == null ? second : first;
    }

    private static EmbeddedFormat format(@Nullable String text) {
        if (text == null) {
            return EmbeddedFormat.BINARY;
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "binary" -> EmbeddedFormat.BINARY;
            case "json" -> EmbeddedFormat.JSON;
            case "text" -> EmbeddedFormat.TEXT;
            default -> throw invalid(FORMAT, text, "binary, json, text");
        };
    }

    private static OffsetReset offsetReset(@Nullable String text) {
        if (text == null) {
            return OffsetReset.LATEST;
        }
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "earliest" -> OffsetReset.EARLIEST;
            case "latest" -> OffsetReset.LATEST;
            case "none" -> OffsetReset.NONE;
            default -> throw invalid(OFFSET_RESET, text, "earliest, latest, none");
        };
    }

    private static boolean flag(String name, @Nullable String text) {
        if (text == null || text.equalsIgnoreCase("true")) {
            return true;
        }
        if (text.equalsIgnoreCase("false")) {
            return false;
        }
        throw invalid(name, text, "true, false");
    }

    private static long number(
            String name, @Nullable String text, long otherwise, long min, long max) {
        if (text == null) {
            return otherwise;
        }
        if (!text.matches("-?\\d{1,18}")) {
            throw invalid(name, text, "whole numbers");
        }
        long number = Long.parseLong(text);
        if (number < min || number > max) {
            throw new ApiError(
                            422,
                            40001,
                            "%s: %d is out of range; %d to %d is allowed."
                                    .formatted(name, number, min, max))
                    .exception();
        }
        return number;
    }

    /**
     * What {@code include=} names.
     *
     * @throws io.tidemark.gateway.error.ApiErrorException where it is neither headers nor timestamp
     */
    static List<String> include(@Nullable String text) {
        List<String> parts = text == null ? List.of() : List.of(text.split(","));
        for (String part : parts) {
            if (!part.isEmpty() && !part.equals("headers") && !part.equals("timestamp")) {
                throw invalid(INCLUDE, part, "headers, timestamp");
            }
        }
        return parts;
    }

    private static RuntimeException invalid(String name, String value, String allowed) {
        return new ApiError(
                        422,
                        42204,
                        "Invalid consumer configuration. %s: '%s' is not one of %s."
                                .formatted(name, value, allowed))
                .exception();
    }

    String toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put(FORMAT, format.name())
                .put(OFFSET_RESET, offsetReset.name())
                .put(AUTO_COMMIT, autoCommit)
                .put(MIN_BYTES, fetchMinBytes)
                .put(REQUEST_TIMEOUT, requestTimeoutMs)
                .put(INSTANCE_TIMEOUT, instanceTimeoutMs)
                .put("headers", withHeaders)
                .put("timestamp", withTimestamp);
        return json.toString();
    }

    static InstanceSettings fromJson(String text) {
        JsonNode json = JsonMapper.shared().readTree(text);
        return new InstanceSettings(
                EmbeddedFormat.valueOf(json.path(FORMAT).asString()),
                OffsetReset.valueOf(json.path(OFFSET_RESET).asString()),
                json.path(AUTO_COMMIT).asBoolean(),
                json.path(MIN_BYTES).asInt(),
                json.path(REQUEST_TIMEOUT).asInt(),
                json.path(INSTANCE_TIMEOUT).asLong(),
                json.path("headers").asBoolean(),
                json.path("timestamp").asBoolean());
    }
}
