package io.tidemark.partition.group;

import io.netty.channel.EventLoop;
import io.tidemark.protocol.server.Connection;
import io.tidemark.protocol.server.RequestContext;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.protocol.ApiMessage;

/** The node's end of a connection of Kafka's Java client. */
final class JavaClient implements Connection, RequestContext {
    private final EventLoop loop;
    private final GroupRelay relay;
    private final List<Runnable> actions = new ArrayList<>();
    volatile boolean open = true;

    JavaClient(EventLoop loop, GroupRelay relay) {
        this.loop = loop;
        this.relay = relay;
    }

    CompletableFuture<ApiMessage> beat() throws Exception {
        HeartbeatRequestData request = new HeartbeatRequestData().setGroupId("g").setMemberId("m");
        return loop.submit(() -> relay.pass(this, request)).get().toCompletableFuture();
    }

    /** What a connection does with a request, and when the node stops. */
    void hurry() throws Exception {
        loop.submit(() -> actions.forEach(Runnable::run)).get();
    }

    @Override
    public void onNextRequest(Runnable action) {
        actions.add(action);
    }

    @Override
    public boolean isClosed() {
        return !open;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public String clientSoftware() {
        return "apache-kafka-java 4.3.1";
    }

    @Override
    public EventLoop eventLoop() {
        return loop;
    }

    @Override
    public Connection connection() {
        return this;
    }

    @Override
    public short apiVersion() {
        return 4;
    }

    @Override
    public String clientId() {
        return "shop";
    }

    @Override
    public void releaseFrame() {}

    @Override
    public long id() {
        return 77;
    }

    @Override
    public SocketAddress remoteAddress() {
        return new InetSocketAddress("127.0.0.1", 1);
    }

    @Override
    public String listener() {
        return "PLAINTEXT";
    }

    @Override
    public String principal() {
        return "User:ANONYMOUS";
    }

    @Override
    public void onClose(Runnable action) {}
}
