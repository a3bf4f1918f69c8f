package io.tidemark.protocol.record;

import io.tidemark.environment.DiskFile;

/**
 * Batches in a file, sent from the page cache (sendfile) where the file has a channel, else read
 * into a buffer of their size. The range must stay readable until {@code onRelease} runs.
 */
public final class FileBytes extends RecordBytes {
    private final DiskFile file;
    private final long position;
    private final int length;
    private final Runnable onRelease;

    /**
     * @param position of the first byte in the file
     * @param length in bytes, at least 0
     * @param onRelease runs once, on any thread, when the bytes were written or will not be
     */
    public FileBytes(DiskFile file, long position, int length, Runnable onRelease) {
        this.file = file;
        this.position = position;
        this.length = length;
        this.onRelease = onRelease;
    }

    public DiskFile file() {
        return file;
    }

    public long position() {
        return position;
    }

    @Override
    public int sizeInBytes() {
        return length;
    }

    @Override
    public void free() {
        onRelease.run();
    }
}
