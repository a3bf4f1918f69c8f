package io.tidemark.protocol.server;

import io.tidemark.environment.Clock;
import io.tidemark.environment.Seldom;
import io.tidemark.protocol.transport.ClientAddress;
import io.tidemark.protocol.transport.ConnectionShares.Refusal;
import java.net.SocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of connections and requests that were refused: of the first one, and then a line in ten
 * seconds however many there are, as clients can send as many as they like. Any thread.
 */
final class RefusalLog {
    private static final Logger log = LoggerFactory.getLogger(RefusalLog.class);
    private static final int MAX_KEYS = 100;

    private final String listener;
    private final Seldom connections = new Seldom(Clock.system(), 1);
    private final Seldom requests = new Seldom(Clock.system(), MAX_KEYS);

    RefusalLog(String listener) {
        this.listener = listener;
    }

    void refused(ClientAddress address, Refusal reason, int open) {
        connections.say(
                listener,
                more ->
                        log.warn(
                                "{}: a connection from {} is refused: {}; {} are open{}",
                                listener,
                                address.name(),
                                words(reason),
                                open,
                                more));
    }

    /**
     * A request, or what was to be one, is refused. Lines of one kind and from one address count as
     * alike.
     */
    void refused(SocketAddress from, String kind, String what) {
        requests.say(
                ClientAddress.of(from).name() + ' ' + kind,
                more -> log.warn("{}: {}: {}{}", from, kind, what, more));
    }

    private static String words(Refusal reason) {
        return switch (reason) {
            case LISTENER -> "the listener has as many as it may";
            case ADDRESS -> "this address has as many as one may";
            case FILES -> "the process has hardly any files left to open";
        };
    }
}
