package io.tidemark.metadata.control;

import java.io.IOException;

/** Nobody took the request: it was certainly not carried out. The message says what was tried. */
public final class NoCoordinatorException extends IOException {
    private static final long serialVersionUID = 1L;

    public NoCoordinatorException(String message) {
        super(message);
    }
}
