package io.tidemark.gateway.api;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A path with variables: {@code /topics/{topic}/partitions/{partition}}. A variable is one whole
 * segment.
 */
public final class PathTemplate {

    private final String[] segments;
    private final List<String> variables = new ArrayList<>();

    public PathTemplate(String template) {
        this.segments = template.substring(1).split("/");
        for (int i = 0; i < segments.length; i++) {
            if (segments[i].startsWith("{")) {
                variables.add(segments[i].substring(1, segments[i].length() - 1));
                segments[i] = "";
            }
        }
    }

    /** The names of the variables, in order. */
    public List<String> variables() {
        return variables;
    }

    /**
     * The values of the variables, decoded; null where the path is not of this kind. A slash at the
     * end says nothing.
     *
     * @param uri a path, perhaps with a query
     */
    public @Nullable List<String> match(String uri) {
        int end = uri.indexOf('?');
        end = end < 0 ? uri.length() : end;
        if (end > 1 && uri.charAt(end - 1) == '/') {
            end--;
        }
        List<String> values = new ArrayList<>(variables.size());
        int at = 0;
        for (String segment : segments) {
            if (at >= end || uri.charAt(at) != '/') {
                return null;
            }
            int next = uri.indexOf('/', at + 1);
            next = next < 0 || next > end ? end : next;
            if (segment.isEmpty()) {
                if (next == at + 1) {
                    return null;
                }
                values.add(decode(uri.substring(at + 1, next)));
            } else if (next - at - 1 != segment.length() || !uri.startsWith(segment, at + 1)) {
                return null;
            }
            at = next;
        }
        return at == end ? values : null;
    }

    private static String decode(String segment) {
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // A stray percent sign: no name that we know has one.
            return segment;
        }
    }
}
