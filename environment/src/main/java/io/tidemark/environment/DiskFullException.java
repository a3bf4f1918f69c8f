package io.tidemark.environment;

import java.io.IOException;

/**
 * The file system has no space left (ENOSPC or EDQUOT). Nothing is wrong with what is already
 * stored.
 */
public final class DiskFullException extends IOException {
    private static final long serialVersionUID = 1L;

    public DiskFullException(String message, Throwable cause) {
        super(message, cause);
    }

    public DiskFullException(String message) {
        super(message);
    }
}
