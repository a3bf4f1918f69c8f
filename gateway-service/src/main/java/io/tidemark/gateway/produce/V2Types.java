package io.tidemark.gateway.produce;

import io.tidemark.gateway.api.ContentType;
import io.tidemark.gateway.api.JsonCharset;
import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.produce.body.EmbeddedFormat;
import org.jspecify.annotations.Nullable;

/** The media types of v2, which name the format of what is embedded. */
public final class V2Types {

    /** Without an embedded format. */
    public static final String PLAIN = "application/vnd.kafka.v2+json";

    private V2Types() {}

    /**
     * What a request's Content-Type says of its keys and values.
     *
     * @param contentType null where there is none
     */
    static EmbeddedFormat embedded(@Nullable String contentType) {
        JsonCharset.require(contentType);
        return switch (ContentType.essence(contentType)) {
            case "application/vnd.kafka.json.v2+json" -> EmbeddedFormat.JSON;
            case "application/vnd.kafka.text.v2+json" -> EmbeddedFormat.TEXT;
            case "application/vnd.kafka.binary.v2+json",
                    "application/vnd.kafka.v2+json",
                    "application/vnd.kafka+json",
                    "application/json",
                    "application/octet-stream",
                    "" ->
                    EmbeddedFormat.BINARY;
            default ->
                    throw ApiError.unsupportedMediaType(
                                    "Content-Type '%s' is not supported here; send"
                                                    .formatted(contentType)
                                            + " application/vnd.kafka.json.v2+json (or .text., or"
                                            + " .binary.), or any type to /topics/{topic}/events.")
                            .exception();
        };
    }

    /**
     * The type to answer with, for a request's Accept; null or several are taken, too.
     *
     * @throws io.tidemark.gateway.error.ApiErrorException 406 where v2 cannot be answered
     */
    public static String answer(@Nullable String accept) {
        if (accept == null || accept.equals(PLAIN) || accept.contains("*/*")) {
            return PLAIN;
        }
        for (String each : accept.split(",")) {
            switch (ContentType.essence(each)) {
                case PLAIN, "application/*", "application/vnd.kafka+json" -> {
                    return PLAIN;
                }
                case "application/json" -> {
                    return "application/json";
                }
                case "application/vnd.kafka.json.v2+json",
                        "application/vnd.kafka.binary.v2+json",
                        "application/vnd.kafka.text.v2+json" -> {
                    return PLAIN;
                }
                default -> {
                    // The next one may do.
                }
            }
        }
        throw ApiError.notAcceptable(
                        "Accept '%s' cannot be served; %s can.".formatted(accept, PLAIN))
                .exception();
    }
}
