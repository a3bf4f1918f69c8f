package io.tidemark.partition.log;

import io.tidemark.environment.MissingFile;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Tells a device that refuses from a log whose files somebody has taken away. The first concerns
 * every log in the directory, the second only this one.
 */
public final class LogFault {
    private LogFault() {}

    /** Whether a failure says something about one log's files, and nothing about the device. */
    public static boolean isOfOneLog(IOException failure) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof DamagedSegmentException
                    || (cause instanceof IOException io && MissingFile.isToldBy(io))) {
                return true;
            }
        }
        return false;
    }
}
