package io.tidemark.protocol.server;

import io.tidemark.protocol.transport.ClientAddress;
import io.tidemark.protocol.transport.ConnectionShares.Refusal;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of connections that were refused: of the first one, and then a line in ten seconds however
 * many there are. Any thread.
 */
final class RefusalLog {
    private static final Logger log = LoggerFactory.getLogger(RefusalLog.class);
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final String listener;
    private long nextNanos = System.nanoTime();
    private long untold;

    RefusalLog(String listener) {
        this.listener = listener;
    }

    synchronized void refused(ClientAddress address, Refusal reason, int open) {
        untold++;
        long nowNanos = System.nanoTime();
        if (nowNanos - nextNanos >= 0) {
            nextNanos = nowNanos + INTERVAL_NANOS;
            log.warn(
                    "{}: {} connections refused, the last one from {}: {}; {} are open",
                    listener,
                    untold,
                    address.name(),
                    words(reason),
                    open);
            untold = 0;
        }
    }

    private static String words(Refusal reason) {
        return switch (reason) {
            case LISTENER -> "the listener has as many as it may";
            case ADDRESS -> "this address has as many as one may";
            case FILES -> "the process has hardly any files left to open";
        };
    }
}
