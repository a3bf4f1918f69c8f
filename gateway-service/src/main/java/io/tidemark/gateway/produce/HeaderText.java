package io.tidemark.gateway.produce;

import io.tidemark.gateway.error.ApiError;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * The text of an HTTP header that carries an attribute of a CloudEvent: in double quotes or not,
 * percent-encoded where it is not printable ASCII.
 */
final class HeaderText {

    private HeaderText() {}

    /**
     * The text.
     *
     * @param name of the header, for the error where the text is broken
     */
    static String decode(String name, String value) {
        String text = unquoted(value.strip());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '%') {
                // The server hands out one byte per character.
                bytes.write(c);
                continue;
            }
            int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
            if (high < 0 || low < 0) {
                throw wrong(name);
            }
            bytes.write(high << 4 | low);
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw wrong(name);
        }
    }

    private static String unquoted(String value) {
        if (value.length() < 2 || value.charAt(0) != '"' || !value.endsWith("\"")) {
            return value;
        }
        return value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1");
    }

    private static RuntimeException wrong(String name) {
        return ApiError.invalidPayload(
                        "The CloudEvent's %s is not percent-encoded UTF-8; a %% is %%25."
                                .formatted(name))
                .exception();
    }
}
