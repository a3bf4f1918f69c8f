package io.tidemark.gateway.edge;

import io.netty.channel.Channel;
import io.tidemark.protocol.transport.ClientAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a server of short questions: where there are too many, the oldest gives way to
 * the newest, so that who asks is answered, whoever keeps connections for nothing. Safe for any
 * thread.
 */
final class LatestConnections {

    private final int most;
    private final int mostOfOne;
    private final Duration headerTimeout;

    /** From the oldest to the newest; guarded by this. */
    private final Map<Channel, ClientAddress> open = new LinkedHashMap<>();

    /**
     * @param most connections
     * @param mostOfOne of one address
     * @param headerTimeout for the head of a request
     */
    LatestConnections(int most, int mostOfOne, Duration headerTimeout) {
        this.most = most;
        this.mostOfOne = mostOfOne;
        this.headerTimeout = headerTimeout;
    }

    /** Takes a new connection. On its loop, before anything is read. */
    void opened(Channel channel) {
        Channel oldest = add(channel, ClientAddress.of(channel.remoteAddress()));
        if (oldest != null) {
            oldest.close();
        }
        channel.closeFuture().addListener(closed -> remove(channel));
        channel.pipeline().addFirst(new HeadDeadline(headerTimeout));
    }

    /** Returns the one that gives way; null where there is room. */
    private synchronized @Nullable Channel add(Channel channel, ClientAddress address) {
        Channel oldest = null;
        Channel oldestOfOne = null;
        int ofOne = 0;
        for (Map.Entry<Channel, ClientAddress> each : open.entrySet()) {
            oldest = oldest == null ? each.getKey() : oldest;
            if (each.getValue().equals(address)) {
                oldestOfOne = oldestOfOne == null ? each.getKey() : oldestOfOne;
                ofOne++;
            }
        }
        Channel giving = ofOne >= mostOfOne ? oldestOfOne : open.size() >= most ? oldest : null;
        if (giving != null) {
            open.remove(giving);
        }
        open.put(channel, address);
        return giving;
    }

    private synchronized void remove(Channel channel) {
        open.remove(channel);
    }
}
