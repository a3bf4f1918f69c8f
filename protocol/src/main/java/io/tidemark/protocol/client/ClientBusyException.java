package io.tidemark.protocol.client;

/** The connection has as many requests or bytes waiting as it may. Nothing was sent. */
public final class ClientBusyException extends NotSentException {
    private static final long serialVersionUID = 1L;

    ClientBusyException(String message) {
        super(message);
    }
}
