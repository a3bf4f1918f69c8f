package io.tidemark.protocol.transport;

import com.sun.management.UnixOperatingSystemMXBean;
import io.tidemark.environment.Clock;
import java.lang.management.ManagementFactory;
import java.util.function.LongSupplier;

/**
 * The descriptors of this process, of which connections must leave some: for logs, for health, and
 * for what services say to each other. They are counted anew after a second, or when a quarter of
 * what was found free is given away; while there are none, after a tenth of a second. Any thread.
 */
public final class OpenFiles {
    private static final int RESERVE_PART = 8;
    private static final long MIN_RESERVE = 256;
    private static final long MAX_RESERVE = 8_192;

    private static final int GRANT_PART = 4;
    private static final long FRESH_NANOS = 1_000_000_000;
    private static final long FRESH_NANOS_WHEN_SHORT = 100_000_000;

    private final long limit;
    private final LongSupplier open;
    private final LongSupplier clockNanos;
    private long staleNanos;
    private long left;

    /**
     * @param limit most that may be open
     * @param open how many are; may take milliseconds
     */
    public OpenFiles(long limit, LongSupplier open, LongSupplier clockNanos) {
        this.limit = limit;
        this.open = open;
        this.clockNanos = clockNanos;
        this.staleNanos = clockNanos.getAsLong();
    }

    /** This process's; as many as anybody wants where the platform does not tell. */
    public static OpenFiles ofThisProcess() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof UnixOperatingSystemMXBean unix
                ? new OpenFiles(
                        unix.getMaxFileDescriptorCount(),
                        unix::getOpenFileDescriptorCount,
                        Clock.system()::nanos)
                : unbounded();
    }

    /** For connections that the reserve is there for. */
    public static OpenFiles unbounded() {
        return new OpenFiles(Long.MAX_VALUE, () -> 0, Clock.system()::nanos);
    }

    /** Most that may be open. */
    public long limit() {
        return limit;
    }

    /** Open now. */
    public long open() {
        return open.getAsLong();
    }

    /** Kept back: an eighth, but at least 256 and at most 8192. */
    public long reserve() {
        return Math.clamp(limit / RESERVE_PART, MIN_RESERVE, MAX_RESERVE);
    }

    /** Whether one more may be opened without touching the reserve. */
    public synchronized boolean take() {
        long nowNanos = clockNanos.getAsLong();
        if (nowNanos - staleNanos >= 0) {
            long free = limit - reserve() - open();
            left = free > 0 ? Math.max(1, free / GRANT_PART) : 0;
            staleNanos = nowNanos + (left > 0 ? FRESH_NANOS : FRESH_NANOS_WHEN_SHORT);
        }
        if (left == 0) {
            return false;
        }
        left--;
        if (left == 0) {
            staleNanos = nowNanos;
        }
        return true;
    }
}
