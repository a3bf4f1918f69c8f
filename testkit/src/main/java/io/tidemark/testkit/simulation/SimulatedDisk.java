package io.tidemark.testkit.simulation;

import io.tidemark.environment.Disk;
import io.tidemark.environment.DiskFile;
import io.tidemark.environment.DiskFullException;
import io.tidemark.environment.Entropy;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that keeps apart what is cached and what is durable, and has the faults of real
 * ones: it loses power between any two operations and in the middle of a write, keeps any sectors
 * and any name changes of what was not synced, fills up, fails to sync, and rots. A seed decides.
 *
 * <p>One thread at a time. After a crash, files that were open before must not be used.
 */
public final class SimulatedDisk implements Disk {
    /** What a disk writes as a whole or not at all. */
    public static final int SECTOR_BYTES = SimulatedFile.SECTOR_BYTES;

    private final Entropy entropy;
    private SimulatedDirectory root = new SimulatedDirectory();
    private long capacityBytes = Long.MAX_VALUE;
    private long operationsUntilCrash = Long.MAX_VALUE;
    private long forcesUntilFailure = Long.MAX_VALUE;
    private long operations;
    private int generation;
    private @Nullable SimulatedClock slowClock;
    private int maxSlowMs = 1;

    public SimulatedDisk(Entropy entropy) {
        this.entropy = entropy;
    }

    /** Goes down at the operation after {@code count} more: it is done in part, or not. */
    public void crashAfter(long count) {
        operationsUntilCrash = count;
    }

    /** Whether it went down, and the machine with it, and has not been started again. */
    public boolean down() {
        return operationsUntilCrash < 0;
    }

    /** Fails the force after {@code count} more, and loses what it should have written. */
    public void failForceAfter(long count) {
        forcesUntilFailure = count;
    }

    /** Has room for so many bytes in all files together. */
    public void limitTo(long bytes) {
        capacityBytes = bytes;
    }

    /** Lets every force take up to {@code maxMs} (at least 1) of the clock's time. */
    public void slowDown(SimulatedClock clock, int maxMs) {
        slowClock = clock;
        maxSlowMs = maxMs;
    }

    /** Operations so far. */
    public long operations() {
        return operations;
    }

    /** The machine loses power and starts again: of what was not synced, any part survives. */
    public void losePower() {
        root.crash(entropy);
        restart();
    }

    /** Only the process dies: the cache survives. */
    public void killProcess() {
        restart();
    }

    private void restart() {
        generation++;
        operationsUntilCrash = Long.MAX_VALUE;
        forcesUntilFailure = Long.MAX_VALUE;
    }

    /** A disk with only what is durable on this one: the worst of all crashes. */
    public SimulatedDisk durableCopy(Entropy copyEntropy) {
        SimulatedDisk copy = new SimulatedDisk(copyEntropy);
        copy.root = root.durableCopy();
        return copy;
    }

    /** Changes one bit of a file, as decay does. */
    public void flipBit(String path, long position, int bit) throws IOException {
        file(path).flipBit(Math.toIntExact(position), bit);
    }

    @Override
    public DiskFile open(String path) throws IOException {
        step("open " + path);
        SimulatedDirectory parent = parent(path);
        Object node = parent.names().get(name(path));
        if (node == null) {
            SimulatedFile created = new SimulatedFile();
            parent.add(name(path), created);
            return new Handle(path, created);
        }
        return new Handle(path, (SimulatedFile) node);
    }

    @Override
    public DiskFile openForRead(String path) throws IOException {
        step("open " + path);
        return new Handle(path, file(path));
    }

    @Override
    public void createDirectories(String path) {
        step("create " + path);
        SimulatedDirectory at = root;
        for (String name : path.split("/")) {
            if (name.isEmpty()) {
                continue;
            }
            Object node = at.names().get(name);
            if (node == null) {
                node = new SimulatedDirectory();
                at.add(name, node);
            }
            at = (SimulatedDirectory) node;
        }
    }

    @Override
    public List<String> list(String directory) {
        step("list " + directory);
        Object node = find(directory);
        return node instanceof SimulatedDirectory found
                ? List.copyOf(found.names().keySet())
                : List.of();
    }

    @Override
    public boolean exists(String path) {
        step("exists " + path);
        return find(path) != null;
    }

    @Override
    public @Nullable Object identity(String path) {
        return find(path);
    }

    @Override
    public void delete(String path) throws IOException {
        step("delete " + path);
        Object node = find(path);
        if (node instanceof SimulatedDirectory directory && !directory.names().isEmpty()) {
            throw new IOException("The directory is not empty: " + path);
        }
        if (node != null) {
            parent(path).remove(name(path));
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        step("rename " + from);
        SimulatedDirectory parent = parent(from);
        if (parent != parent(to)) {
            throw new IOException("Not within one directory: " + from + " to " + to);
        }
        if (!parent.names().containsKey(name(from))) {
            throw new FileNotFoundException(from);
        }
        parent.rename(name(from), name(to));
    }

    @Override
    public void syncDirectory(String directory) throws IOException {
        step("sync " + directory);
        if (!(find(directory) instanceof SimulatedDirectory found)) {
            throw new FileNotFoundException(directory);
        }
        found.sync();
    }

    @Override
    public long usableBytes() {
        return Math.max(0, capacityBytes - root.bytes());
    }

    private @Nullable Object find(String path) {
        Object node = root;
        for (String name : path.split("/")) {
            if (!name.isEmpty() && node instanceof SimulatedDirectory directory) {
                node = directory.names().get(name);
            } else if (!name.isEmpty()) {
                return null;
            }
        }
        return node;
    }

    private SimulatedDirectory parent(String path) throws IOException {
        int slash = path.lastIndexOf('/');
        Object node = slash < 0 ? root : find(path.substring(0, slash));
        if (node instanceof SimulatedDirectory directory) {
            return directory;
        }
        throw new FileNotFoundException(path);
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private SimulatedFile file(String path) throws IOException {
        if (find(path) instanceof SimulatedFile file) {
            return file;
        }
        throw new FileNotFoundException(path);
    }

    private void step(String operation) {
        operations++;
        if (--operationsUntilCrash < 0) {
            throw new CrashException(operation);
        }
    }

    /** An open file. */
    private final class Handle implements DiskFile {
        private final String path;
        private final SimulatedFile file;
        private final int openedIn = generation;

        Handle(String path, SimulatedFile file) {
            this.path = path;
            this.file = file;
        }

        private void requireSameBoot() {
            if (openedIn != generation) {
                throw new IllegalStateException("Opened before the crash: " + path);
            }
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            requireSameBoot();
            byte[] bytes = new byte[source.remaining()];
            source.get(bytes);
            int at = Math.toIntExact(position);
            try {
                step("write " + path);
            } catch (CrashException e) {
                file.write(bytes, 0, entropy.nextInt(bytes.length + 1), at);
                throw e;
            }
            long grows = position + bytes.length - file.size();
            long room = capacityBytes == Long.MAX_VALUE ? Long.MAX_VALUE : usableBytes();
            if (grows > room) {
                int fits = (int) Math.max(0, bytes.length - (grows - room));
                file.write(bytes, 0, fits, at);
                throw new DiskFullException(path + ": no space left");
            }
            file.write(bytes, 0, bytes.length, at);
        }

        @Override
        public void write(ByteBuffer[] sources, long position) throws IOException {
            long at = position;
            for (ByteBuffer source : sources) {
                int length = source.remaining();
                write(source, at);
                at += length;
            }
        }

        @Override
        public int read(ByteBuffer target, long position) {
            requireSameBoot();
            step("read " + path);
            byte[] bytes = new byte[(int) Math.min(target.remaining(), file.size())];
            int count = file.read(bytes, 0, bytes.length, Math.toIntExact(position));
            target.put(bytes, 0, count);
            return count;
        }

        @Override
        public long size() {
            requireSameBoot();
            return file.size();
        }

        @Override
        public void truncate(long size) {
            requireSameBoot();
            step("truncate " + path);
            file.truncate(Math.toIntExact(size));
        }

        @Override
        public void force() throws IOException {
            requireSameBoot();
            step("force " + path);
            if (slowClock != null) {
                slowClock.advanceMs(entropy.nextInt(maxSlowMs + 1));
            }
            if (--forcesUntilFailure < 0) {
                forcesUntilFailure = Long.MAX_VALUE;
                file.loseDirty();
                throw new IOException(path + ": input/output error");
            }
            file.force();
        }

        @Override
        public @Nullable FileChannel channel() {
            return null;
        }

        @Override
        public void close() {
            // Nothing is held.
        }
    }
}
