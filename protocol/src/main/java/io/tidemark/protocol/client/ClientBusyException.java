package io.tidemark.protocol.client;

import java.io.IOException;

/** The connection has as many requests or bytes waiting as it may. Nothing was sent. */
public final class ClientBusyException extends IOException {
    private static final long serialVersionUID = 1L;

    ClientBusyException(String message) {
        super(message);
    }
}
