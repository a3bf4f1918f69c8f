package io.tidemark.gateway.group.consumer;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a client finds an instance: the address that it used itself, as {@code Forwarded} (RFC
 * 7239), {@code X-Forwarded-*} or {@code Host} tell it, so that it works behind a proxy too.
 */
final class BaseUri {

    private static final Pattern FORWARDED =
            Pattern.compile("(?i)(proto|host)=(?:\"([^\"]*)\"|([^;,\\s]*))");

    private BaseUri() {}

    /**
     * @param headers the first value of a header; null where there is none
     * @param scheme and {@code host} of the connection, where no header says better
     */
    static String of(
            Function<String, @Nullable String> headers,
            String scheme,
            String host,
            String group,
            String instance) {
        String hostHeader = headers.apply("Host");
        String proto = first(headers.apply("X-Forwarded-Proto"), scheme);
        String name =
                first(
                        headers.apply("X-Forwarded-Host"),
                        hostHeader == null || hostHeader.isBlank() ? host : hostHeader);
        String port = headers.apply("X-Forwarded-Port");
        if (port != null && headers.apply("X-Forwarded-Host") != null && !name.contains(":")) {
            name = name + ":" + first(port, "");
        }
        String forwarded = headers.apply("Forwarded");
        if (forwarded != null) {
            // The first element is the proxy next to the client.
            Matcher parts = FORWARDED.matcher(forwarded.split(",", 2)[0]);
            while (parts.find()) {
                String value = parts.group(2) != null ? parts.group(2) : parts.group(3);
                if (parts.group(1).equalsIgnoreCase("proto")) {
                    proto = value;
                } else {
                    name = value;
                }
            }
        }
        String prefix = first(headers.apply("X-Forwarded-Prefix"), "");
        return proto
                + "://"
                + name
                + withoutEnd(prefix)
                + "/consumers/"
                + encode(group)
                + "/instances/"
                + encode(instance);
    }

    private static String first(@Nullable String header, String otherwise) {
        return header == null || header.isBlank() ? otherwise : header.split(",", 2)[0].strip();
    }

    /** Without the slashes at its end; a regular expression would look for them at every slash. */
    private static String withoutEnd(String prefix) {
        int end = prefix.length();
        while (end > 0 && prefix.charAt(end - 1) == '/') {
            end--;
        }
        return prefix.substring(0, end);
    }

    private static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
