package io.tidemark.protocol.server;

import io.netty.channel.EventLoop;
import java.net.SocketAddress;

/** A client's connection, for as long as it stands. */
public interface Connection {

    /** Unique among the connections of its listener. */
    long id();

    SocketAddress remoteAddress();

    /**
     * The listener's name, for example {@code PLAINTEXT}: decides which advertised address is
     * shown.
     */
    String listener();

    /** The authenticated principal; {@code User:ANONYMOUS} where the listener asks for none. */
    String principal();

    /** The loop that reads and writes this connection. */
    EventLoop eventLoop();

    /** Software name and version from ApiVersions; empty where not told. */
    String clientSoftware();

    /** Runs {@code action} on the event loop when the connection closes; at once where it has. */
    void onClose(Runnable action);

    /**
     * Runs {@code action} once, on the event loop: when the next request has come, the server stops
     * or the connection closes; at once where one of the latter has happened. For answers that may
     * wait for as long as nothing waits behind them. On the event loop only.
     */
    void onNextRequest(Runnable action);

    /** Whether it has ended, and nobody is there to be answered. Any thread. */
    boolean isClosed();

    /** Whether it stands and more requests may come. On the event loop only. */
    boolean isOpen();
}
