package io.tidemark.gateway.consume;

import java.util.Locale;
import java.util.Optional;

/** What keys and values become in an answer of the v2 interface. */
public enum EmbeddedFormat {
    BINARY("application/vnd.kafka.binary.v2+json"),
    JSON("application/vnd.kafka.json.v2+json"),
    TEXT("application/vnd.kafka.text.v2+json");

    private final String contentType;

    EmbeddedFormat(String contentType) {
        this.contentType = contentType;
    }

    public String contentType() {
        return contentType;
    }

    /** What Accept is answered with this format: the one that it names, or one that fits all. */
    public boolean isAcceptable(String accept) {
        if (accept.isBlank()) {
            return true;
        }
        for (String range : accept.toLowerCase(Locale.ROOT).split(",")) {
            String type = range.split(";")[0].strip();
            if (type.equals(contentType) || isGeneric(type)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isGeneric(String type) {
        return switch (type) {
            case "application/vnd.kafka.v2+json",
                    "application/vnd.kafka+json",
                    "application/json",
                    "application/*",
                    "*/*" ->
                    true;
            default -> false;
        };
    }

    /**
     * The format that an Accept header asks for first; binary where it leaves the choice.
     *
     * @param accept empty for none
     */
    static Optional<EmbeddedFormat> accepted(String accept) {
        if (accept.isBlank()) {
            return Optional.of(BINARY);
        }
        for (String range : accept.toLowerCase(Locale.ROOT).split(",")) {
            String type = range.split(";")[0].strip();
            for (EmbeddedFormat format : values()) {
                if (type.equals(format.contentType)) {
                    return Optional.of(format);
                }
            }
            if (isGeneric(type)) {
                return Optional.of(BINARY);
            }
        }
        return Optional.empty();
    }
}
