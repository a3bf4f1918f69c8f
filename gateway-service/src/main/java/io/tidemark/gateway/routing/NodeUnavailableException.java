package io.tidemark.gateway.routing;

import io.tidemark.protocol.client.NotSentException;

/** A node was not asked: its circuit breaker is open, or it is unknown. Nothing was sent. */
public final class NodeUnavailableException extends NotSentException {
    private static final long serialVersionUID = 1L;

    public NodeUnavailableException(String message) {
        super(message);
    }

    /** Expected and frequent while a node is away: the stack would say nothing. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
