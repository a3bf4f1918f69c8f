package io.tidemark.gateway.routing;

import io.tidemark.gateway.error.ApiError;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long an answer may take.
 *
 * @param timeout retries included
 * @param leaderless the same where the partition has no leader when it is asked for; not more than
 *     {@code timeout}
 */
public record Patience(Duration timeout, Duration leaderless) {

    /** In ms, of what a request may ask for. */
    public static final int MAX_MS = 300_000;

    public Patience {
        leaderless = leaderless.compareTo(timeout) < 0 ? leaderless : timeout;
    }

    /**
     * What a request asks for, or this where it asks for nothing.
     *
     * @param timeout its parameter of that name, in ms from 1 to {@link #MAX_MS}
     * @throws io.tidemark.gateway.error.ApiErrorException where it is something else
     */
    public Patience asked(@Nullable String timeout) {
        if (timeout == null) {
            return this;
        }
        if (!timeout.matches("\\d{1,6}")
                || Integer.parseInt(timeout) < 1
                || Integer.parseInt(timeout) > MAX_MS) {
            throw ApiError.badRequest(
                            "timeout: '%s' is not a number of milliseconds from 1 to %d."
                                    .formatted(timeout, MAX_MS))
                    .exception();
        }
        Duration own = Duration.ofMillis(Integer.parseInt(timeout));
        return new Patience(own, own);
    }

    /**
     * The same with a wait for a leader of so long, in ms, beside the time that an answer takes.
     */
    public Patience waiting(long ms) {
        return new Patience(timeout.plusMillis(ms), Duration.ofMillis(ms));
    }
}
