package io.tidemark.environment.web;

import org.jspecify.annotations.Nullable;

/**
 * Where a request says that it comes from. Browsers set these headers themselves: a page cannot.
 *
 * @param host the Host header (HTTP/2: {@code :authority}); null where there is none
 * @param origin the Origin header
 * @param site the Sec-Fetch-Site header
 * @param opensPage whether a person opens the answer as a page of its own, and what was asked for
 *     changes nothing
 */
public record Arrival(
        @Nullable String host, @Nullable String origin, @Nullable String site, boolean opensPage) {

    /** Whether these Sec-Fetch headers are those of a link that is followed. */
    public static boolean isNavigation(
            String method, @Nullable String mode, @Nullable String destination) {
        return (method.equals("GET") || method.equals("HEAD"))
                && "navigate".equals(mode)
                && "document".equals(destination);
    }
}
