package io.tidemark.partition.log;

import io.tidemark.environment.DiskFile;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A file that sends and syncs may still use when its segment is gone: the last one to release it
 * closes it. Only a thread that holds a reference may retain another.
 */
final class SharedFile {
    private final DiskFile file;
    private final AtomicInteger references = new AtomicInteger(1);

    SharedFile(DiskFile file) {
        this.file = file;
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
