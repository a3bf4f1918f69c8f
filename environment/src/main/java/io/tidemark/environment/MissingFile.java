package io.tidemark.environment;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/** Tells a file that somebody has taken away, or put something else in the place of. */
public final class MissingFile {
    private MissingFile() {}

    /** Whether a failure says that of one file, and nothing about its device. */
    public static boolean isToldBy(IOException failure) {
        return failure instanceof NoSuchFileException
                || failure instanceof FileNotFoundException
                || failure instanceof AccessDeniedException
                || failure instanceof NotDirectoryException
                || isOfAnotherKind(failure);
    }

    /** A folder where a file should be, or the other way round. Java has text only. */
    private static boolean isOfAnotherKind(IOException failure) {
        return failure instanceof FileSystemException refused
                && refused.getReason() instanceof String reason
                && (reason.contains("Is a directory") || reason.contains("Not a directory"));
    }
}
