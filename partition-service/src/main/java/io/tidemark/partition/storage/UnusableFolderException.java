package io.tidemark.partition.storage;

/** A data folder cannot be used; the message says why and what to do, for a person to read. */
public final class UnusableFolderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnusableFolderException(String message) {
        super(message);
    }

    public UnusableFolderException(String message, Throwable cause) {
        super(message, cause);
    }
}
