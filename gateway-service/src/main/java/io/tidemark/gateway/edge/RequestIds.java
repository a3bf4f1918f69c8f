package io.tidemark.gateway.edge;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** The name of a request in its answer and in our log. Any thread. */
public final class RequestIds {

    /** In requests, where the client gives one, and in every answer. */
    public static final String HEADER = "X-Request-Id";

    private static final int MAX_CHARS = 128;

    private RequestIds() {}

    /** The client's own, where it can stand in a log as it is; else a new one. */
    static String of(@Nullable String given) {
        return given != null && isSane(given)
                ? given
                : HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    }

    private static boolean isSane(String id) {
        for (int i = 0; i < id.length(); i++) {
            char c = id.charAt(i);
            boolean plain = c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            if (!plain && "-_.:/+=@".indexOf(c) < 0) {
                return false;
            }
        }
        return !id.isEmpty() && id.length() <= MAX_CHARS;
    }
}
