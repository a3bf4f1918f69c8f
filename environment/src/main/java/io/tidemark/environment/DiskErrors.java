package io.tidemark.environment;

import java.io.IOException;

/** Tells a full disk from a broken one. Java reports both as text only. */
final class DiskErrors {
    private DiskErrors() {}

    /** The failure to throw for {@code e} on {@code path}. */
    static IOException named(IOException e, String path) {
        String message = e.getMessage() == null ? "" : e.getMessage();
        boolean full =
                message.contains("No space left on device")
                        || message.contains("Disk quota exceeded");
        return full ? new DiskFullException(path + ": " + message, e) : e;
    }
}
