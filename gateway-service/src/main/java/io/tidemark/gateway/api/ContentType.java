package io.tidemark.gateway.api;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a Content-Type says apart from its parameters. */
public final class ContentType {

    private ContentType() {}

    /**
     * The type and subtype, in lower case: all that types are compared by.
     *
     * @param contentType null where there is none, which is an empty one
     */
    public static String essence(@Nullable String contentType) {
        if (contentType == null) {
            return "";
        }
        int end = contentType.indexOf(';');
        String type = end < 0 ? contentType : contentType.substring(0, end);
        return type.strip().toLowerCase(Locale.ROOT);
    }

    /** Whether a type and subtype, in lower case, are those of JSON. */
    public static boolean isJson(String essence) {
        return essence.equals("application/json") || essence.endsWith("+json");
    }
}
