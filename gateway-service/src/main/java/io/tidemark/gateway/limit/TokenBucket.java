package io.tidemark.gateway.limit;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A token bucket in the form of GCRA (ITU-T I.371): its whole state is the time at which all that
 * was taken will have been earned. What is taken may exceed what is there; the debt is waited for
 * by whoever comes next.
 *
 * <p>What was taken since the last settlement is counted apart, so that gateways can add up what
 * they gave. Safe for any thread, without locks.
 */
final class TokenBucket {

    private final double nanosPerToken;
    private final long burstNanos;
    private final AtomicLong earnedAtNanos;
    private final AtomicLong unsettled = new AtomicLong();

    /**
     * @param perSecond tokens earned each second, at least 1
     * @param burstNanos time worth of tokens that a full bucket holds; it holds one at least
     */
    TokenBucket(long perSecond, long burstNanos, long nowNanos) {
        this.nanosPerToken = 1e9 / perSecond;
        this.burstNanos = Math.max(burstNanos, (long) Math.ceil(nanosPerToken));
        this.earnedAtNanos = new AtomicLong(nowNanos);
    }

    /** Time until {@code tokens} are there, in nanoseconds; 0 where they are. */
    long waitNanos(long tokens, long nowNanos) {
        long ahead = Math.max(0, earnedAtNanos.get() - nowNanos);
        return Math.max(0, ahead + nanos(tokens) - burstNanos);
    }

    /** Takes tokens, into debt where there are not as many. */
    void take(long tokens, long nowNanos) {
        unsettled.addAndGet(tokens);
        long cost = nanos(tokens);
        earnedAtNanos.updateAndGet(
                earnedAt -> (earnedAt - nowNanos < 0 ? nowNanos : earnedAt) + cost);
    }

    /** Tokens that are there. */
    long available(long nowNanos) {
        long ahead = Math.max(0, earnedAtNanos.get() - nowNanos);
        return Math.max(0, (long) ((burstNanos - ahead) / nanosPerToken + 1e-6));
    }

    /** Time until the bucket is full, in nanoseconds. */
    long untilFullNanos(long nowNanos) {
        return Math.max(0, earnedAtNanos.get() - nowNanos);
    }

    /** What was taken since this was last asked, as time in which it is earned. */
    long takeUnsettledNanos() {
        return nanos(unsettled.getAndSet(0));
    }

    /**
     * Takes over what all gateways together have taken.
     *
     * @param aheadNanos time in which it will have been earned
     */
    void settled(long aheadNanos, long nowNanos) {
        earnedAtNanos.set(nowNanos + aheadNanos + nanos(unsettled.get()));
    }

    boolean idle(long nowNanos) {
        return unsettled.get() == 0 && earnedAtNanos.get() - nowNanos <= 0;
    }

    private long nanos(long tokens) {
        return (long) (tokens * nanosPerToken);
    }
}
