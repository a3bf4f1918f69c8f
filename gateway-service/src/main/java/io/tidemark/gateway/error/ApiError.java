package io.tidemark.gateway.error;

import io.tidemark.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * An error as a client of the REST interface sees it: {@code {"error_code":…,"message":…}}.
 *
 * @param status HTTP status
 * @param errorCode the interface's own code; mostly the status and two digits
 * @param message says what was wrong and where, for people
 * @param retryAfterSeconds when to try again; 0 where that is not known, which 503 always says
 *     unless the outcome is unknown
 * @param outcomeUnknown whether what was asked for may have been carried out
 */
public record ApiError(
        int status, int errorCode, String message, int retryAfterSeconds, boolean outcomeUnknown) {

    /** What is not there now may be in a second: an election takes about so long. */
    private static final int UNAVAILABLE_RETRY_SECONDS = 1;

    public ApiError {
        if (status == 503 && retryAfterSeconds == 0 && !outcomeUnknown) {
            retryAfterSeconds = UNAVAILABLE_RETRY_SECONDS;
        }
    }

    /** An error after which certainly nothing has changed. */
    public ApiError(int status, int errorCode, String message, int retryAfterSeconds) {
        this(status, errorCode, message, retryAfterSeconds, false);
    }

    public ApiError(int status, int errorCode, String message) {
        this(status, errorCode, message, 0);
    }

    /** A Kafka error, as {@link ErrorCode} maps it. */
    public static ApiError of(ErrorCode error, @Nullable String message) {
        String text =
                message == null || message.isEmpty()
                        ? error.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')
                        : message;
        return new ApiError(error.httpStatus(), error.restCode(), text);
    }

    public static ApiError badRequest(String message) {
        return new ApiError(400, 40002, message);
    }

    public static ApiError forbidden(String message) {
        return new ApiError(403, 40301, message);
    }

    public static ApiError notFound(String message) {
        return new ApiError(404, 404, message);
    }

    public static ApiError topicNotFound(String topic) {
        return new ApiError(404, 40401, "Topic '" + topic + "' not found.");
    }

    public static ApiError partitionNotFound(String topic, int partition) {
        return new ApiError(
                404, 40402, "Partition " + partition + " of topic '" + topic + "' not found.");
    }

    public static ApiError leaderNotFound(String topic, int partition) {
        return new ApiError(
                404, 40404, "Partition " + partition + " of topic '" + topic + "' has no leader.");
    }

    public static ApiError methodNotAllowed(String method, String path) {
        return new ApiError(405, 405, method + " is not allowed on " + path + ".");
    }

    public static ApiError notAcceptable(String message) {
        return new ApiError(406, 40601, message);
    }

    /** Longer than a limit allows. */
    public static ApiError tooLarge(String message) {
        return new ApiError(413, 41301, message);
    }

    public static ApiError unsupportedMediaType(String message) {
        return new ApiError(415, 415, message);
    }

    /** A body that is not JSON at all, where it should be; the code is that of REST v2 and v3. */
    public static ApiError invalidJson(String message) {
        return new ApiError(400, 400, message);
    }

    /** Well-formed, but not a payload that this route takes. */
    public static ApiError invalidPayload(String message) {
        return new ApiError(422, 42206, message);
    }

    /** The gateway's memory for requests in flight is used up. */
    public static ApiError busy(String message, int retryAfterSeconds) {
        return new ApiError(429, 42901, message, retryAfterSeconds);
    }

    public static ApiError internal() {
        return new ApiError(
                500, 50002, "Internal error; its cause is in the gateway's log.", 0, true);
    }

    /** What was stored once, and will not come any more. */
    public static ApiError lost(String message) {
        return new ApiError(500, 50002, message);
    }

    /** A route of others that is known here, and not served. */
    public static ApiError notImplemented(String message) {
        return new ApiError(501, 501, message);
    }

    public static ApiError unavailable(String message) {
        return new ApiError(503, 50301, message);
    }

    /** Whether the rest of the request's body is not worth reading. */
    public boolean closesConnection() {
        return status == 413 || status == 408;
    }

    /** This gateway has just started: what it does not know yet, it must not call missing. */
    public static ApiError clusterUnknown() {
        return unavailable("The cluster is not known yet: this gateway has just started.");
    }

    public static ApiError requestTimeout(String message) {
        return new ApiError(408, 40801, message);
    }

    /** This error as something that can be thrown or signalled. */
    public ApiErrorException exception() {
        return new ApiErrorException(this);
    }

    /** The JSON body. */
    public byte[] toJson() {
        StringBuilder json = new StringBuilder(48 + message.length());
        json.append("{\"error_code\":").append(errorCode).append(",\"message\":");
        JsonText.quote(message, json);
        return json.append('}').toString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
}
