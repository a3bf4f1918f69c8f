package io.tidemark.environment.web;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages from using a server that their reader can reach: those of other origins, and
 * those whose name was made to lead here (DNS rebinding). Whoever sends neither Origin nor
 * Sec-Fetch-Site is no page, and is not kept from anything. Immutable; any thread.
 *
 * <pre>
 * Host     an IP address, localhost, a name that is allowed    goes on
 *          another name, where only names are served that are  421
 *          known: on loopback, or where names are allowed
 * Origin   none, and Sec-Fetch-Site none or same-origin        served
 *          the same as Host                                    served
 *          allowed                                             served, and the page may read it
 *          otherwise, a link that is followed                  served
 *          otherwise                                           403
 * </pre>
 */
public final class BrowserRules {

    private static final String ANY = "*";
    private static final Pattern ORIGIN =
            Pattern.compile("[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\\[[0-9a-f:.]+\\])(:\\d{1,5})?");
    private static final Pattern HOST = Pattern.compile("(\\*\\.)?[a-z0-9._-]+");

    private final String settings;
    private final boolean anyName;
    private final Set<String> names = new HashSet<>();
    private final boolean anyOrigin;
    private final Set<String> origins = new HashSet<>();

    /** What becomes of a request. */
    public sealed interface Verdict {}

    /**
     * It is served.
     *
     * @param readableBy the value of Access-Control-Allow-Origin; null where there is none to be
     */
    public record Served(@Nullable String readableBy) implements Verdict {}

    /** It is not. */
    public record Refused(int status, String message) implements Verdict {}

    private static final Served TO_NO_PAGE = new Served(null);

    /**
     * @param settings where hosts and origins are configured, for messages; empty for nowhere
     * @param allowedHosts names under which the server is known; {@code *.example.org} for all
     *     below one, {@code *} for all
     * @param allowedOrigins as browsers write them, {@code https://app.example:8443}; {@code *} for
     *     all
     * @param onLoopback whether the server can be reached from its own machine only
     * @throws IllegalArgumentException where one is not written so; the message says which
     */
    public BrowserRules(
            String settings,
            Collection<String> allowedHosts,
            Collection<String> allowedOrigins,
            boolean onLoopback) {
        for (String host : allowedHosts) {
            String name = host.strip().toLowerCase(Locale.ROOT);
            if (!name.equals(ANY) && !HOST.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "allowed-hosts: '%s' is not a name without port, as in broker.example or *.example."
                                .formatted(host));
            }
            names.add(name);
        }
        for (String origin : allowedOrigins) {
            String known = origin.strip().toLowerCase(Locale.ROOT);
            if (!known.equals(ANY) && !known.equals("null") && !ORIGIN.matcher(known).matches()) {
                throw new IllegalArgumentException(
                        "allowed-origins: '%s' is not scheme://host[:port], without a path, as in https://app.example."
                                .formatted(origin));
            }
            origins.add(known);
        }
        this.settings = settings;
        this.anyName = names.contains(ANY) || names.isEmpty() && !onLoopback;
        this.anyOrigin = origins.contains(ANY);
    }

    /** For a server that no page has any business with. */
    public static BrowserRules internal(List<String> ownNames, boolean onLoopback) {
        return new BrowserRules("", onLoopback ? ownNames : List.of(), List.of(), onLoopback);
    }

    /** Decides about a request. */
    public Verdict judge(Arrival arrival) {
        String host = arrival.host();
        if (host != null && !known(host)) {
            return new Refused(
                    421,
                    "'%s' is not a name of this server; IP addresses and localhost are%s."
                            .formatted(
                                    shown(host),
                                    settings.isEmpty()
                                            ? ""
                                            : ", and what %s.allowed-hosts names"
                                                    .formatted(settings)));
        }
        String origin = arrival.origin();
        if (origin == null) {
            return fromElsewhere(arrival.site()) && !arrival.opensPage() && !anyOrigin
                    ? foreign("another site")
                    : TO_NO_PAGE;
        }
        String known = origin.toLowerCase(Locale.ROOT);
        if (anyOrigin) {
            return new Served(ANY);
        }
        if (origins.contains(known)) {
            return new Served(origin);
        }
        return "same-origin".equals(arrival.site()) || isOwn(known, host)
                ? TO_NO_PAGE
                : foreign("'" + shown(origin) + "'");
    }

    /** Whether the answer depends on Origin, and a cache has to know. */
    public boolean dependsOnOrigin() {
        return !origins.isEmpty() && !anyOrigin;
    }

    private static boolean fromElsewhere(@Nullable String site) {
        return site != null && !site.equals("same-origin") && !site.equals("none");
    }

    private Refused foreign(String whose) {
        return new Refused(
                403,
                "A page of %s may not use this server%s."
                        .formatted(
                                whose,
                                settings.isEmpty()
                                        ? ""
                                        : "; %s.allowed-origins says which may"
                                                .formatted(settings)));
    }

    private static boolean isOwn(String origin, @Nullable String host) {
        int scheme = origin.indexOf("://");
        return host != null
                && scheme > 0
                && origin.substring(scheme + 3).equals(host.toLowerCase(Locale.ROOT));
    }

    private boolean known(String hostAndPort) {
        if (anyName || hostAndPort.isEmpty()) {
            return true;
        }
        String name = name(hostAndPort);
        if (name.startsWith("[") || isIpv4(name)) {
            return true;
        }
        if (name.equals("localhost") || name.endsWith(".localhost") || names.contains(name)) {
            return true;
        }
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            if (names.contains(ANY + name.substring(dot))) {
                return true;
            }
        }
        return false;
    }

    /** Digits and three dots: no name ends in digits alone. */
    private static boolean isIpv4(String name) {
        int dots = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '.') {
                dots++;
            } else if (c < '0' || c > '9') {
                return false;
            }
        }
        return dots == 3;
    }

    private static String name(String hostAndPort) {
        int end = hostAndPort.indexOf(':', hostAndPort.lastIndexOf(']') + 1);
        String name = end < 0 ? hostAndPort : hostAndPort.substring(0, end);
        name = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return name.toLowerCase(Locale.ROOT);
    }

    private static String shown(String text) {
        return text.length() > 100 ? text.substring(0, 100) + "…" : text;
    }
}
