package io.tidemark.environment;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One log directory on one file system. Paths are relative to its root, with {@code /} between
 * names ({@code orders-0/00000000000000000000.log}). Every method may block. An operation that
 * found the file system full throws {@link DiskFullException}; any other I/O failure is an {@link
 * IOException}.
 *
 * <p>Durability is explicit, as POSIX has it: bytes are durable after {@link DiskFile#force}, a
 * created, renamed or deleted name after {@link #syncDirectory} of the directory that holds it.
 */
public interface Disk {

    /** Opens for reading and writing, and creates the file where it does not exist. */
    DiskFile open(String path) throws IOException;

    /** Opens an existing file for reading only; an IOException where it does not exist. */
    DiskFile openForRead(String path) throws IOException;

    /** Creates the directory and its parents; nothing happens where it exists. */
    void createDirectories(String path) throws IOException;

    /** The names (not paths) directly in a directory, sorted; empty where it does not exist. */
    List<String> list(String directory) throws IOException;

    boolean exists(String path) throws IOException;

    /**
     * What tells a file from another one that takes its name, by {@code equals}; null where no file
     * has that name.
     */
    @Nullable Object identity(String path) throws IOException;

    /** Deletes a file or an empty directory; nothing happens where it does not exist. */
    void delete(String path) throws IOException;

    /** Renames atomically; an existing target file is replaced. */
    void rename(String from, String to) throws IOException;

    /** Makes the names in a directory durable. */
    void syncDirectory(String directory) throws IOException;

    /** Bytes that can still be written to this file system. */
    long usableBytes() throws IOException;
}
