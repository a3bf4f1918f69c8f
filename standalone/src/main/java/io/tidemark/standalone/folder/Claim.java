package io.tidemark.standalone.folder;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/** What came of {@link DataFolder#claim}. */
public sealed interface Claim {

    /** The folder is this process's until it is closed. */
    record Claimed(DataFolder folder) implements Claim {}

    /**
     * Another process holds it.
     *
     * @param pid the holder, where it could be found out
     */
    record Locked(Path path, OptionalLong pid) implements Claim {}

    /**
     * There are files in it that no Tidemark wrote.
     *
     * @param names some of them, sorted
     */
    record Foreign(Path path, List<String> names) implements Claim {}

    /** A newer Tidemark wrote it, in a format that this one does not know. */
    record UnknownFormat(Path path, String format) implements Claim {}

    /** It cannot be created, read or written. */
    record Unusable(Path path, String reason) implements Claim {}
}
