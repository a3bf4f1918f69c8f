package io.tidemark.gateway.shared.idempotency;

import io.tidemark.gateway.error.ApiError;
import java.util.List;

/**
 * The header of draft-ietf-httpapi-idempotency-key-header: a string in quotes, as RFC 9651 has
 * them, or, as most clients send it, without.
 *
 * @param value 1 to 255 characters of printable ASCII
 */
public record IdempotencyKey(String value) {

    public static final String HEADER = "Idempotency-Key";

    private static final int MAX_LENGTH = 255;

    /**
     * Reads the header's lines.
     *
     * @throws io.tidemark.gateway.error.ApiErrorException 400 where it is not one key
     */
    public static IdempotencyKey parse(List<String> lines) {
        if (lines.size() != 1) {
            throw refused("stands in %d headers; one is taken".formatted(lines.size()));
        }
        String text = lines.getFirst().strip();
        String value = text.startsWith("\"") ? unquoted(text) : text;
        if (value.isEmpty() || value.length() > MAX_LENGTH) {
            throw refused(
                    "has %d characters; 1 to %d are taken".formatted(value.length(), MAX_LENGTH));
        }
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) < 0x20 || value.charAt(i) > 0x7e) {
                throw refused(
                        "has a character at position %d that is not printable ASCII"
                                .formatted(i + 1));
            }
        }
        return new IdempotencyKey(value);
    }

    /** Of a CloudEvent, which no other event of the same source shares. */
    public static IdempotencyKey ofEvent(String source, String id) {
        return new IdempotencyKey("cloudevent:" + Fingerprints.of(source, id));
    }

    private static String unquoted(String text) {
        StringBuilder value = new StringBuilder(text.length());
        int end = text.length() - 1;
        for (int i = 1; i < end; i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < end) {
                i++;
                value.append(text.charAt(i));
            } else if (c == '"' || c == '\\') {
                throw refused("is not a string in quotes");
            } else {
                value.append(c);
            }
        }
        if (end < 1 || text.charAt(end) != '"') {
            throw refused("is not a string in quotes");
        }
        return value.toString();
    }

    private static RuntimeException refused(String why) {
        return ApiError.badRequest(HEADER + " " + why + ".").exception();
    }
}
