package io.tidemark.gateway.stream;

import io.tidemark.gateway.consume.LogRecord;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Which records a follower wants: one of the keys, one of the values of every header named, all of
 * the paths. Empty lists ask for nothing.
 */
public record Filter(List<byte[]> keys, Map<String, List<byte[]>> headers, List<PathEquals> paths) {

    static final Filter ALL = new Filter(List.of(), Map.of(), List.of());

    boolean takesAll() {
        return keys.isEmpty() && headers.isEmpty() && paths.isEmpty();
    }

    boolean matches(LogRecord row) {
        return takesAll() || keyMatches(row) && headersMatch(row) && pathsMatch(row);
    }

    private boolean keyMatches(LogRecord row) {
        return keys.isEmpty() || keys.stream().anyMatch(key -> Arrays.equals(key, row.key()));
    }

    private boolean headersMatch(LogRecord row) {
        for (Map.Entry<String, List<byte[]>> wanted : headers.entrySet()) {
            boolean found = false;
            for (LogRecord.Header header : row.headers()) {
                found |=
                        header.name().equals(wanted.getKey())
                                && wanted.getValue().stream()
                                        .anyMatch(value -> Arrays.equals(value, header.value()));
            }
            if (!found) {
                return false;
            }
        }
        return true;
    }

    private boolean pathsMatch(LogRecord row) {
        byte[] value = row.value();
        return paths.isEmpty()
                || value != null && paths.stream().allMatch(path -> path.matches(value));
    }
}
