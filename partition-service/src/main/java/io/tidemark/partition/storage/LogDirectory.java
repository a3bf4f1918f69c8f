package io.tidemark.partition.storage;

import io.tidemark.environment.Clock;
import io.tidemark.environment.Disk;
import io.tidemark.partition.log.LogStore;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * One folder that holds partitions: locked for this process for as long as it is open. Once it has
 * failed it stays offline until the process starts again. Safe for any thread.
 */
public final class LogDirectory implements AutoCloseable {
    private static final String LOCK_FILE = ".lock";
    private static final String CLEAN_MARKER = ".kafka_cleanshutdown";

    private final Path path;
    private final Disk disk;
    private final LogStore store;
    private final Claim claim;
    private final boolean cleanlyClosedBefore;
    private final AtomicInteger partitions = new AtomicInteger();
    private final AtomicReference<@Nullable String> offlineCause = new AtomicReference<>();
    private final SyncTimes syncTimes = new SyncTimes();
    private volatile FolderIdentity identity;

    private LogDirectory(
            Path path,
            Disk disk,
            LogStore store,
            Claim claim,
            FolderIdentity identity,
            boolean cleanlyClosedBefore) {
        this.path = path;
        this.disk = disk;
        this.store = store;
        this.claim = claim;
        this.identity = identity;
        this.cleanlyClosedBefore = cleanlyClosedBefore;
    }

    /**
     * Opens and locks the folder, and creates it where it does not exist. The clean-shutdown marker
     * is taken away, so that a crash from here on is known as one.
     *
     * @throws UnusableFolderException where another process holds it or another node owns it
     * @throws IOException where the disk fails
     */
    public static LogDirectory open(Path path, int nodeId, Opener disks, Clock clock)
            throws IOException {
        Files.createDirectories(path);
        FileChannel lockChannel = lock(path);
        try {
            FolderIdentity identity = identify(path, nodeId);
            return open(
                    path, disks.open(path), clock, new LockedFolder(path, lockChannel), identity);
        } catch (IOException | RuntimeException e) {
            lockChannel.close();
            throw e;
        }
    }

    /**
     * Opens one on a disk that nobody else can use, a simulated one: nothing is locked, and its
     * identity is given.
     */
    public static LogDirectory open(Path name, int nodeId, Uuid directoryId, Disk disk, Clock clock)
            throws IOException {
        FolderIdentity identity = new FolderIdentity(Optional.empty(), nodeId, directoryId);
        return open(name, disk, clock, Claim.UNDISPUTED, identity);
    }

    private static LogDirectory open(
            Path path, Disk disk, Clock clock, Claim claim, FolderIdentity identity)
            throws IOException {
        boolean clean = disk.exists(CLEAN_MARKER);
        if (clean) {
            disk.delete(CLEAN_MARKER);
            disk.syncDirectory("");
        }
        return new LogDirectory(path, disk, LogStore.open(disk, clock), claim, identity, clean);
    }

    /** The right to use a folder. */
    private interface Claim {
        void identify(FolderIdentity identity) throws IOException;

        void release() throws IOException;

        Claim UNDISPUTED =
                new Claim() {
                    @Override
                    public void identify(FolderIdentity identity) {
                        // It is known to whoever opened it.
                    }

                    @Override
                    public void release() {
                        // Nothing is held.
                    }
                };
    }

    private record LockedFolder(Path path, FileChannel lock) implements Claim {
        @Override
        public void identify(FolderIdentity identity) throws IOException {
            identity.write(path);
        }

        @Override
        public void release() throws IOException {
            lock.close();
        }
    }

    /** Gives a folder's disk. */
    @FunctionalInterface
    public interface Opener {
        Disk open(Path path) throws IOException;
    }

    private static FileChannel lock(Path path) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        path.resolve(LOCK_FILE),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        @Nullable FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            channel.close();
            throw new UnusableFolderException(
                    "The data folder %s is in use by another Tidemark process. Stop that one, or choose another folder with tidemark.partition.log-dirs."
                            .formatted(path.toAbsolutePath()));
        }
        return channel;
    }

    private static FolderIdentity identify(Path path, int nodeId) throws IOException {
        Optional<FolderIdentity> stored = FolderIdentity.read(path);
        if (stored.isEmpty()) {
            FolderIdentity fresh = new FolderIdentity(Optional.empty(), nodeId, Uuid.randomUuid());
            fresh.write(path);
            return fresh;
        }
        if (stored.get().nodeId() != nodeId) {
            throw new UnusableFolderException(
                    "The data folder %s belongs to node %d, but this is node %d. Give this node its own folder, or start it with tidemark.partition.node-id=%d."
                            .formatted(
                                    path.toAbsolutePath(),
                                    stored.get().nodeId(),
                                    nodeId,
                                    stored.get().nodeId()));
        }
        return stored.get();
    }

    /** The cluster it belongs to; empty until it first joined one. */
    public Optional<String> clusterId() {
        return identity.clusterId();
    }

    /**
     * Binds a new folder to its cluster.
     *
     * @throws UnusableFolderException where it belongs to another cluster
     */
    public void join(String clusterId) throws IOException {
        Optional<String> owner = identity.clusterId();
        if (owner.isEmpty()) {
            FolderIdentity joined =
                    new FolderIdentity(
                            Optional.of(clusterId), identity.nodeId(), identity.directoryId());
            claim.identify(joined);
            identity = joined;
        } else if (!owner.get().equals(clusterId)) {
            throw new UnusableFolderException(
                    "The data folder %s belongs to cluster %s, but the coordinator leads cluster %s. Start with the folder of this cluster."
                            .formatted(path.toAbsolutePath(), owner.get(), clusterId));
        }
    }

    /** Whether the last process closed every log here; else they are scanned when opened. */
    public boolean cleanlyClosedBefore() {
        return cleanlyClosedBefore;
    }

    /** Notes that every log in it was closed. */
    public void markClean() throws IOException {
        try (var marker = disk.open(CLEAN_MARKER)) {
            marker.force();
        }
        disk.syncDirectory("");
    }

    /**
     * Takes it out of service.
     *
     * @return whether this call did: only the first cause counts
     */
    public boolean fail(IOException cause) {
        return offlineCause.compareAndSet(null, why(cause));
    }

    /** What a disk refused: some exceptions of java.nio have nothing but a path to say. */
    static String why(IOException cause) {
        return cause instanceof FileSystemException file && file.getReason() == null
                ? cause.getClass().getSimpleName() + ": " + cause.getMessage()
                : String.valueOf(cause.getMessage());
    }

    /**
     * Whether the folder is what was opened. False for one whose file system is gone, and where
     * that cannot be told.
     */
    public boolean present() {
        try {
            return online() && disk.exists(FolderIdentity.FILE);
        } catch (IOException e) {
            return false;
        }
    }

    public boolean online() {
        return offlineCause.get() == null;
    }

    /** Why it is offline; empty where it is not. */
    public Optional<String> offlineCause() {
        return Optional.ofNullable(offlineCause.get());
    }

    public Uuid id() {
        return identity.directoryId();
    }

    public Path path() {
        return path;
    }

    public Disk disk() {
        return disk;
    }

    /** The logs in it. */
    public LogStore store() {
        return store;
    }

    /** The size of its file system. May block. */
    public long totalBytes() throws IOException {
        return Files.getFileStore(path).getTotalSpace();
    }

    /** How long syncs take here. */
    public SyncTimes syncTimes() {
        return syncTimes;
    }

    /** Partitions that live here, for placement. */
    public int partitionCount() {
        return partitions.get();
    }

    public void partitionAdded() {
        partitions.incrementAndGet();
    }

    public void partitionRemoved() {
        partitions.decrementAndGet();
    }

    /** Gives the lock back. */
    @Override
    public void close() throws IOException {
        claim.release();
    }
}
