package io.tidemark.coordinator.api;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.tidemark.metadata.control.ControlPlane.Heartbeat;
import java.util.function.Consumer;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Which node sends its heartbeats on which connection, and when that breaks: the kernel closes the
 * connections of a process that dies, whatever it died of.
 */
final class NodeConnections {
    private static final AttributeKey<Heartbeat> NODE =
            AttributeKey.valueOf(NodeConnections.class, "node");

    private final Consumer<Heartbeat> onBroken;

    /**
     * @param onBroken told of the last heartbeat that came on a connection that is gone; on an
     *     event loop
     */
    NodeConnections(Consumer<Heartbeat> onBroken) {
        this.onBroken = onBroken;
    }

    void heard(ServerRequest request, Heartbeat heartbeat) {
        Object server =
                ServerHttpRequestDecorator.getNativeRequest(request.exchange().getRequest());
        if (server instanceof HttpServerRequest http) {
            http.withConnection(connection -> remember(connection.channel(), heartbeat));
        }
    }

    private void remember(Channel channel, Heartbeat heartbeat) {
        if (channel.attr(NODE).getAndSet(heartbeat) == null) {
            channel.closeFuture().addListener(closed -> onBroken.accept(channel.attr(NODE).get()));
        }
    }
}
