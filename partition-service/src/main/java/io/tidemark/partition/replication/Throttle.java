package io.tidemark.partition.replication;

/**
 * A budget of bytes per second. What is not used within a second is lost; what is used beyond it is
 * paid back before more is given. For one thread.
 */
public final class Throttle {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private double bytes;
    private long refilledNanos;
    private boolean started;

    /**
     * Nanoseconds to wait before it is asked again whether more may be taken; 0 where it may be
     * now. A second at most, so that another rate counts soon, whatever is owed under this one.
     *
     * @param bytesPerSecond 0 for no limit
     */
    public long waitNanos(long bytesPerSecond, long nowNanos) {
        if (bytesPerSecond <= 0) {
            started = false;
            return 0;
        }
        if (!started) {
            started = true;
            bytes = bytesPerSecond;
        } else {
            double earned = (nowNanos - refilledNanos) / (double) NANOS_PER_SECOND * bytesPerSecond;
            bytes = Math.min(bytesPerSecond, bytes + earned);
        }
        refilledNanos = nowNanos;
        if (bytes > 0) {
            return 0;
        }
        long owed = 1 + (long) (-bytes / bytesPerSecond * NANOS_PER_SECOND);
        return Math.min(NANOS_PER_SECOND, owed);
    }

    public void take(int used) {
        bytes -= used;
    }
}
