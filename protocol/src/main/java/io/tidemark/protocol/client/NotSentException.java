package io.tidemark.protocol.client;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The request did not leave: the node has not seen it. */
public class NotSentException extends IOException {
    private static final long serialVersionUID = 1L;

    public NotSentException(String message) {
        super(message);
    }

    public NotSentException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
