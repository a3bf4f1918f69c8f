package io.tidemark.protocol.client;

/** The node does not serve this API, or no version of it that we know. Nothing was sent. */
public final class UnsupportedApiException extends NotSentException {
    private static final long serialVersionUID = 1L;

    UnsupportedApiException(String message) {
        super(message);
    }
}
