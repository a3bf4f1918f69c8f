package io.tidemark.coordinator.api;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.tidemark.metadata.control.ControlPlane.Heartbeat;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.web.reactive.function.server.ServerRequest;
import reactor.netty.http.server.HttpServerRequest;

/**
 * Which node sends its heartbeats on which connection, and when that breaks: the kernel closes the
 * connections of a process that dies, whatever it died of. A node that has waited too long for its
 * answer closes the connection too: that one is this coordinator's fault, and proves nothing.
 */
final class NodeConnections {
    private static final AttributeKey<Exchange> LAST =
            AttributeKey.valueOf(NodeConnections.class, "last");

    private final Consumer<Heartbeat> onBroken;

    /**
     * @param onBroken told of the last heartbeat that came on a connection that is gone, where it
     *     was answered; on an event loop
     */
    NodeConnections(Consumer<Heartbeat> onBroken) {
        this.onBroken = onBroken;
    }

    /**
     * A heartbeat came.
     *
     * @param answer completes with its answer
     */
    void heard(ServerRequest request, Heartbeat heartbeat, CompletionStage<?> answer) {
        Object server =
                ServerHttpRequestDecorator.getNativeRequest(request.exchange().getRequest());
        if (server instanceof HttpServerRequest http) {
            http.withConnection(connection -> heard(connection.channel(), heartbeat, answer));
        }
    }

    void heard(Channel channel, Heartbeat heartbeat, CompletionStage<?> answer) {
        if (channel.attr(LAST).getAndSet(new Exchange(heartbeat, answer)) == null) {
            channel.closeFuture().addListener(closed -> broken(channel.attr(LAST).get()));
        }
    }

    private void broken(Exchange last) {
        if (last.answer.toCompletableFuture().isDone()) {
            onBroken.accept(last.heartbeat);
        }
    }

    /** A heartbeat and its answer, which may be still to come. */
    private record Exchange(Heartbeat heartbeat, CompletionStage<?> answer) {}
}
