package io.tidemark.metadata.json;

import java.io.IOException;

/** Bytes that are not a document of this kind, or one of a newer format. */
public final class MetadataFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what is wrong, and where
     */
    public MetadataFormatException(String message) {
        super(message);
    }

    MetadataFormatException(String message, Throwable cause) {
        super(message, cause);
    }
}
