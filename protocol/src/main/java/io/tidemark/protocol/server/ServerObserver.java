package io.tidemark.protocol.server;

import io.tidemark.protocol.transport.ConnectionShares.Refusal;

/**
 * Told what a listener does, for metrics. Called on event loops: must be quick and must not block.
 */
public interface ServerObserver {

    /** Watches nothing. */
    ServerObserver NONE = new ServerObserver() {};

    default void connectionOpened(String listener) {}

    default void connectionClosed(String listener) {}

    /** A connection was refused because there are too many. */
    default void connectionRefused(String listener, Refusal reason) {}

    /**
     * A response was handed to the socket (or there is none to give).
     *
     * @param requestBytes of the request's frame
     * @param responseBytes of the response's frame; 0 where there was none
     * @param handledNanos from the request's last byte to the response's first
     */
    default void requestHandled(
            short apiKey,
            short apiVersion,
            int requestBytes,
            long responseBytes,
            long handledNanos) {}

    /** A request was answered with an error because of a bug or a broken disk. */
    default void requestFailed(short apiKey, short apiVersion) {}

    /** A request was not understood: malformed, or of an unsupported API or version. */
    default void requestRejected(short apiKey, short apiVersion) {}

    /** A connection was closed because a request that had begun did not come whole in time. */
    default void frameLate() {}

    /** Reading from a connection pauses until memory or slots are free. */
    default void readThrottled(Throttle reason) {}

    /** Why reading pauses. */
    enum Throttle {
        /** The budget of bytes in flight over all connections is used up. */
        BYTES_IN_FLIGHT,
        /** The connection has as many requests open as it may. */
        REQUESTS_IN_FLIGHT,
        /** The client does not read its responses. */
        SLOW_READER,
        /** Answers wait for that of an earlier request of the connection. */
        ANSWERS_WAITING
    }
}
