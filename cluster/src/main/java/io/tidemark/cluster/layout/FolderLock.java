package io.tidemark.cluster.layout;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Held by one command of a cluster at a time, whatever process or thread it is. The operating
 * system releases it with its holder, also by {@code kill -9}.
 */
public final class FolderLock implements AutoCloseable {
    private static final long POLL_MS = 10;

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * @param folder made where it is missing
     * @throws IOException where another holds it for longer than that
     * @throws InterruptedIOException where this thread is interrupted meanwhile; it stays so
     */
    static FolderLock acquire(Path folder, String name, Duration patience) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(name);
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            long deadlineNanos = System.nanoTime() + patience.toNanos();
            while (tryLock(channel).isEmpty()) {
                if (System.nanoTime() > deadlineNanos) {
                    throw new IOException(
                            "another command holds %s for %d s now"
                                    .formatted(file, patience.toSeconds()));
                }
                pause();
            }
            return new FolderLock(channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException e) {
            return Optional.empty(); // another thread of this process has it
        }
    }

    private static void pause() throws InterruptedIOException {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
