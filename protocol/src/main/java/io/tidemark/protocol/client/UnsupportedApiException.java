package io.tidemark.protocol.client;

import java.io.IOException;

/** The node does not serve this API, or no version of it that we know. Nothing was sent. */
public final class UnsupportedApiException extends IOException {
    private static final long serialVersionUID = 1L;

    UnsupportedApiException(String message) {
        super(message);
    }
}
