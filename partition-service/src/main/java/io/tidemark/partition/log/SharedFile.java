package io.tidemark.partition.log;

import io.tidemark.environment.Disk;
import io.tidemark.environment.DiskFile;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A file that sends and syncs may still use when its segment is gone: the last one to release it
 * closes it. Only a thread that holds a reference may retain another.
 */
final class SharedFile {
    private final DiskFile file;
    private final @Nullable Named named;
    private final AtomicInteger references = new AtomicInteger(1);

    /** Under which name a file was opened, and what it was. */
    private record Named(Disk disk, String path, @Nullable Object identity) {}

    SharedFile(DiskFile file) {
        this(file, null);
    }

    private SharedFile(DiskFile file, @Nullable Named named) {
        this.file = file;
        this.named = named;
    }

    /** Opens or creates a file that can tell whether it still has its name. */
    static SharedFile open(Disk disk, String path) throws IOException {
        DiskFile file = disk.open(path);
        return new SharedFile(file, new Named(disk, path, disk.identity(path)));
    }

    /**
     * False where the file was deleted or another one has taken its name: what is written to it is
     * gone when it is closed. True where that is not known. Any thread.
     */
    boolean hasItsName() throws IOException {
        return named == null
                || named.identity == null
                || named.identity.equals(named.disk.identity(named.path));
    }

    DiskFile file() {
        return file;
    }

    SharedFile retain() {
        if (references.getAndIncrement() <= 0) {
            throw new IllegalStateException("The file is closed");
        }
        return this;
    }

    void release() {
        int left = references.decrementAndGet();
        if (left < 0) {
            throw new IllegalStateException("Released more often than retained");
        }
        if (left == 0) {
            try {
                file.close();
            } catch (IOException e) {
                // What had to be durable was forced before: nothing is lost with the descriptor.
            }
        }
    }
}
