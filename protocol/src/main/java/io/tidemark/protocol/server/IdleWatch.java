package io.tidemark.protocol.server;

import io.netty.channel.Channel;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes a connection on which nothing has happened for a time. Belongs to the connection's event
 * loop, whose clock and timers it uses.
 */
final class IdleWatch {
    private static final Logger log = LoggerFactory.getLogger(IdleWatch.class);

    private final Channel channel;
    private final long timeoutNanos;
    private final BooleanSupplier waitsForUs;
    private long lastActivityNanos;

    /**
     * @param waitsForUs whether the other end can do nothing: then it is not idle
     */
    IdleWatch(Channel channel, long timeoutNanos, BooleanSupplier waitsForUs) {
        this.channel = channel;
        this.timeoutNanos = timeoutNanos;
        this.waitsForUs = waitsForUs;
        active();
        lookIn(timeoutNanos);
    }

    /** Something happens. */
    void active() {
        lastActivityNanos = nanos();
    }

    private void lookIn(long delayNanos) {
        var unused = channel.eventLoop().schedule(this::look, delayNanos, TimeUnit.NANOSECONDS);
    }

    private void look() {
        if (!channel.isOpen()) {
            return;
        }
        long idleNanos = nanos() - lastActivityNanos;
        if (waitsForUs.getAsBoolean()) {
            lookIn(timeoutNanos);
        } else if (idleNanos < timeoutNanos) {
            lookIn(timeoutNanos - idleNanos);
        } else {
            log.debug(
                    "{}: idle for {} ms; closing", channel.remoteAddress(), idleNanos / 1_000_000);
            channel.close();
        }
    }

    private long nanos() {
        return channel.eventLoop().ticker().nanoTime();
    }
}
