package io.tidemark.standalone.folder;

import io.tidemark.standalone.folder.Claim.Claimed;
import io.tidemark.standalone.folder.Claim.Foreign;
import io.tidemark.standalone.folder.Claim.Locked;
import io.tidemark.standalone.folder.Claim.UnknownFormat;
import io.tidemark.standalone.folder.Claim.Unusable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder with everything a standalone broker keeps, held by one process at a time.
 *
 * <pre>
 * data/
 *   tidemark.properties   format=1: the mark that says whose folder this is
 *   tidemark.lock         locked while a process runs; its pid and, once ready, its addresses
 *   coordinator/ log/     what the services keep
 * </pre>
 *
 * The lock is the operating system's, so a killed process leaves nothing to clean up.
 */
public final class DataFolder implements AutoCloseable {

    private static final String MARK = "tidemark.properties";
    private static final String DRAFT = "tidemark.properties.new";
    private static final String LOCK = "tidemark.lock";
    private static final String FORMAT = "1";
    private static final int NAMES_SHOWN = 3;

    /** What may stand in a folder before its first use; a local cluster has a folder of its own. */
    private static final List<String> HARMLESS =
            List.of("lost+found", ".DS_Store", "cluster", LOCK, DRAFT);

    private final Path path;
    private final FileChannel lockChannel;

    private DataFolder(Path path, FileChannel lockChannel) {
        this.path = path;
        this.lockChannel = lockChannel;
    }

    /** Takes the folder for this process; creates it where it does not exist. */
    public static Claim claim(Path folder) {
        Path path = folder.toAbsolutePath().normalize();
        try {
            Files.createDirectories(path);
            @Nullable Claim refusal = refuseForeign(path);
            return refusal != null ? refusal : lock(path);
        } catch (FileAlreadyExistsException e) {
            return new Unusable(path, "a file of that name is in the way");
        } catch (NoSuchFileException e) {
            return new Unusable(path, "it cannot be created there");
        } catch (AccessDeniedException e) {
            return new Unusable(path, "permission denied for " + e.getFile());
        } catch (FileSystemException e) {
            return new Unusable(path, e.getReason() == null ? e.toString() : e.getReason());
        } catch (IOException e) {
            return new Unusable(path, String.valueOf(e.getMessage()));
        }
    }

    private static @Nullable Claim refuseForeign(Path path) throws IOException {
        Path mark = path.resolve(MARK);
        if (Files.exists(mark)) {
            String format = formatOf(mark);
            return format.equals(FORMAT) ? null : new UnknownFormat(path, format);
        }
        try (Stream<Path> entries = Files.list(path)) {
            List<String> foreign =
                    entries.map(entry -> entry.getFileName().toString())
                            .filter(name -> !HARMLESS.contains(name))
                            .sorted()
                            .limit(NAMES_SHOWN)
                            .toList();
            return foreign.isEmpty() ? null : new Foreign(path, foreign);
        }
    }

    private static String formatOf(Path mark) throws IOException {
        for (String line : Files.readAllLines(mark)) {
            if (line.startsWith("format=")) {
                return line.substring("format=".length()).strip();
            }
        }
        return "none";
    }

    private static Claim lock(Path path) throws IOException {
        Path lockPath = path.resolve(LOCK);
        FileChannel channel =
                FileChannel.open(lockPath, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            @Nullable FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                return new Locked(path, holder(lockPath));
            }
            Path mark = path.resolve(MARK);
            if (!Files.exists(mark)) {
                writeMark(mark);
            }
            DataFolder folder = new DataFolder(path, channel);
            folder.describe(Map.of());
            return new Claimed(folder);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Whole and durable, or not at all: after a power loss half a mark would make us strangers. */
    private static void writeMark(Path mark) throws IOException {
        Path draft = mark.resolveSibling(DRAFT);
        try (FileChannel channel =
                FileChannel.open(
                        draft,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            String text = "# A Tidemark data folder.\nformat=" + FORMAT + "\n";
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
        Files.move(draft, mark, StandardCopyOption.ATOMIC_MOVE);
        Path folder = mark.resolveSibling(".").normalize();
        sync(folder);
        sync(folder.resolveSibling("."));
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // held by this very JVM
        }
    }

    private static OptionalLong holder(Path lockPath) throws IOException {
        for (String line : Files.readAllLines(lockPath)) {
            if (line.startsWith("pid=")) {
                return OptionalLong.of(Long.parseLong(line.substring("pid=".length())));
            }
        }
        return OptionalLong.empty();
    }

    /** The absolute path. */
    public Path path() {
        return path;
    }

    /**
     * Tells others, beside this process's pid, where it can be reached. {@code ./tidemark status}
     * reads it.
     */
    public void describe(Map<String, String> addresses) throws IOException {
        StringBuilder text = new StringBuilder();
        text.append("pid=").append(ProcessHandle.current().pid()).append('\n');
        new TreeMap<>(addresses)
                .forEach((name, value) -> text.append(name).append('=').append(value).append('\n'));
        write(text.toString());
    }

    private void write(String text) throws IOException {
        lockChannel.truncate(0);
        lockChannel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
    }

    /** Gives the folder up. */
    @Override
    public void close() throws IOException {
        if (lockChannel.isOpen()) {
            write("");
            lockChannel.close();
        }
    }
}
