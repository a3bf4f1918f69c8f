package io.tidemark.partition.log;

import io.tidemark.environment.Disk;
import io.tidemark.environment.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Small text files that are replaced as a whole, so that a crash leaves the old or the new. */
final class TextFile {
    static final String TEMPORARY = ".tmp";

    private TextFile() {}

    /** The lines; empty where there is no such file. */
    static Optional<List<String>> read(Disk disk, String path) throws IOException {
        if (!disk.exists(path)) {
            return Optional.empty();
        }
        return Optional.of(content(disk, path).lines().toList());
    }

    private static String content(Disk disk, String path) throws IOException {
        try (DiskFile file = disk.openForRead(path)) {
            ByteBuffer content = ByteBuffer.allocate(Math.toIntExact(file.size()));
            int length = file.read(content, 0);
            return new String(content.array(), 0, length, StandardCharsets.UTF_8);
        }
    }

    /**
     * Replaces the file. Its content is durable on return, its name only after the directory was
     * synced.
     */
    static void replace(Disk disk, String path, String content) throws IOException {
        replace(disk, path, content, true);
    }

    /** Replaces the file. A crash may leave any part of it until {@link #secure}. */
    static void replaceUnforced(Disk disk, String path, String content) throws IOException {
        replace(disk, path, content, false);
    }

    private static void replace(Disk disk, String path, String content, boolean force)
            throws IOException {
        String temporary = path + TEMPORARY;
        try (DiskFile file = disk.open(temporary)) {
            file.truncate(0);
            file.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)), 0);
            if (force) {
                file.force();
            }
        }
        disk.rename(temporary, path);
    }

    /**
     * Makes the content of a file that is there durable. It is written anew: after a sync that
     * failed, what is read may be what never reached the disk, and count as clean.
     */
    static void secure(Disk disk, String path) throws IOException {
        replace(disk, path, content(disk, path));
    }
}
