package io.tidemark.partition.log;

import io.tidemark.environment.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Remembers that a sync of this log failed. The kernel may count pages as clean that it could not
 * write: who reads them back from the cache after a restart of the process and syncs once more is
 * told that all is well, and loses them with the power. So they are written again first.
 *
 * <p>The mark is a file that is not synced: it lives in the same cache as the pages that it is
 * about.
 */
final class SyncFailure {
    private static final String FILE = "sync-failed";
    private static final int COPY_BYTES = 256 << 10;

    private SyncFailure() {}

    /** Any thread. */
    static void mark(LogFolder folder) {
        try {
            folder.disk().open(folder.path(FILE)).close();
        } catch (IOException e) {
            // The disk is broken, which the caller knows: he has the first failure to report.
        }
    }

    static boolean marked(LogFolder folder) throws IOException {
        return folder.disk().exists(folder.path(FILE));
    }

    static void clear(LogFolder folder) throws IOException {
        folder.disk().delete(folder.path(FILE));
    }

    /** Writes a file over itself, so that the next sync really writes it. */
    static void rewrite(DiskFile file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
        long size = file.size();
        for (long position = 0; position < size; position += COPY_BYTES) {
            buffer.clear();
            file.read(buffer, position);
            file.write(buffer.flip(), position);
        }
    }
}
