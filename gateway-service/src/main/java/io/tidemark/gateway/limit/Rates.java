package io.tidemark.gateway.limit;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The limits of one kind of account.
 *
 * @param kind {@code address} or {@code principal}
 * @param requests a second; 0 for no limit
 * @param bytes a second; 0 for no limit
 * @param burstNanos what may come at once, as time
 */
record Rates(String kind, long requests, long bytes, long burstNanos) {

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    Account open(String name, long nowNanos) {
        return new Account(
                name,
                requests == 0 ? null : new TokenBucket(requests, burstNanos, nowNanos),
                bytes == 0 ? null : new TokenBucket(bytes, burstNanos, nowNanos),
                new AtomicBoolean(),
                new AtomicBoolean());
    }

    /** Members of the RateLimit-Policy header. */
    void describe(StringBuilder header) {
        long window = Math.max(1, burstNanos / NANOS_PER_SECOND);
        if (requests > 0) {
            member(header, "requests", ";q=%d;w=%d".formatted(requests * window, window));
        }
        if (bytes > 0) {
            member(
                    header,
                    "bytes",
                    ";q=%d;w=%d;qu=\"content-bytes\"".formatted(bytes * window, window));
        }
    }

    /** Members of the RateLimit header. */
    void describe(Account account, StringBuilder header, long nowNanos) {
        if (account.requests() != null) {
            member(header, "requests", left(account.requests(), nowNanos));
        }
        if (account.bytes() != null) {
            member(header, "bytes", left(account.bytes(), nowNanos));
        }
    }

    private static String left(TokenBucket bucket, long nowNanos) {
        long reset = (bucket.untilFullNanos(nowNanos) + NANOS_PER_SECOND - 1) / NANOS_PER_SECOND;
        return ";r=" + bucket.available(nowNanos) + ";t=" + reset;
    }

    private void member(StringBuilder header, String what, String parameters) {
        header.append(header.isEmpty() ? "\"" : ", \"").append(kind).append('-').append(what);
        header.append('"').append(parameters);
    }
}
