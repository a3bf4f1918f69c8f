package io.tidemark.gateway.shared.redis;

import java.io.IOException;

/**
 * What the gateways share could not be asked, or did not answer in time. A write may have been
 * carried out or not. Answered by 503.
 */
public final class SharedStoreException extends IOException {
    private static final long serialVersionUID = 1L;

    public SharedStoreException(String message, Throwable cause) {
        super(message, cause);
    }

    /** An expected outcome while Redis is away: it has no stack. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
