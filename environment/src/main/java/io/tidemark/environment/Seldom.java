package io.tidemark.environment;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * For the log, of what others can bring about as often as they like: each thing is said at once,
 * and then again once in ten seconds at most, with how many of its kind were left out. Any thread.
 */
public final class Seldom {
    private static final long PERIOD_NANOS = 10_000_000_000L;

    private final Clock clock;
    private final int maxKeys;
    private final Map<String, Said> said = new HashMap<>(); // guarded by this
    private final Said rest = new Said(); // guarded by this

    /** When something was said last. */
    private static final class Said {
        private long atNanos;
        private boolean once;
        private long leftOut;

        boolean isOver(long nowNanos) {
            return !once || nowNanos - atNanos >= PERIOD_NANOS;
        }
    }

    /**
     * @param maxKeys so many things are told apart within that time; all others count as one
     */
    public Seldom(Clock clock, int maxKeys) {
        this.clock = clock;
        this.maxKeys = maxKeys;
    }

    /**
     * Says a line, or leaves it out.
     *
     * @param key what it is about
     * @param line is given how many like it were left out, as an end of the sentence; mostly empty
     */
    public void say(String key, Consumer<String> line) {
        OptionalLong leftOut = leftOut(key);
        if (leftOut.isPresent()) {
            long count = leftOut.getAsLong();
            line.accept(count == 0 ? "" : " (%d more like it were left out)".formatted(count));
        }
    }

    /** How many were left out since it was said last; empty where this one is, too. */
    private synchronized OptionalLong leftOut(String key) {
        long nowNanos = clock.nanos();
        Said last = last(key, nowNanos);
        if (!last.isOver(nowNanos)) {
            last.leftOut++;
            return OptionalLong.empty();
        }
        long leftOut = last.leftOut;
        last.atNanos = nowNanos;
        last.once = true;
        last.leftOut = 0;
        return OptionalLong.of(leftOut);
    }

    private Said last(String key, long nowNanos) {
        Said known = said.get(key);
        if (known != null) {
            return known;
        }
        if (said.size() >= maxKeys) {
            said.values().removeIf(each -> each.isOver(nowNanos));
        }
        if (said.size() >= maxKeys) {
            return rest;
        }
        Said first = new Said();
        said.put(key, first);
        return first;
    }
}
