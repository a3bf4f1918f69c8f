package io.tidemark.gateway.api;

import io.tidemark.gateway.error.ApiError;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * JSON comes in UTF-8; what a client says is in another character set is not read as if it were.
 */
public final class JsonCharset {

    private static final String PARAMETER = "charset=";

    private JsonCharset() {}

    /**
     * Fails with 415 where a Content-Type names another character set.
     *
     * @param contentType null where there is none
     */
    public static void require(@Nullable String contentType) {
        if (contentType == null || contentType.indexOf(';') < 0) {
            return;
        }
        String[] parts = contentType.toLowerCase(Locale.ROOT).split(";");
        for (String part : parts) {
            String parameter = part.strip();
            if (parameter.startsWith(PARAMETER)) {
                String charset = parameter.substring(PARAMETER.length()).replace("\"", "").strip();
                if (!charset.equals("utf-8")
                        && !charset.equals("utf8")
                        && !charset.equals("us-ascii")) {
                    throw ApiError.unsupportedMediaType(
                                    "JSON is read in UTF-8, not in '%s'.".formatted(charset))
                            .exception();
                }
            }
        }
    }
}
