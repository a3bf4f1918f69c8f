package io.tidemark.partition.replication;

/**
 * A budget of bytes per second. What is not used within a second is lost; what is used beyond it is
 * paid back before more is given.
 */
final class Throttle {
    private static final double NANOS_PER_SECOND = 1e9;

    private double bytes;
    private long refilledNanos;
    private boolean started;

    /**
     * Nanoseconds to wait before more may be taken; 0 where it may be now.
     *
     * @param bytesPerSecond 0 for no limit
     */
    long waitNanos(long bytesPerSecond, long nowNanos) {
        if (bytesPerSecond <= 0) {
            started = false;
            return 0;
        }
        if (!started) {
            started = true;
            bytes = bytesPerSecond;
        } else {
            double earned = (nowNanos - refilledNanos) / NANOS_PER_SECOND * bytesPerSecond;
            bytes = Math.min(bytesPerSecond, bytes + earned);
        }
        refilledNanos = nowNanos;
        return bytes > 0 ? 0 : 1 + (long) (-bytes / bytesPerSecond * NANOS_PER_SECOND);
    }

    void take(int used) {
        bytes -= used;
    }
}
