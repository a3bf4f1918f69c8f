package io.tidemark.environment;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory of the machine's file system. Safe for any thread.
 *
 * <p>Threads that use it must not be interrupted: an interrupt closes the file that is in use.
 */
public final class FileDisk implements Disk {
    private final Path root;

    /**
     * @param root created where it does not exist
     */
    public FileDisk(Path root) throws IOException {
        this.root = root;
        Files.createDirectories(root);
    }

    @Override
    public DiskFile open(String path) throws IOException {
        try {
            return new ChannelFile(
                    path,
                    FileChannel.open(
                            root.resolve(path),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw DiskErrors.named(e, path);
        }
    }

    @Override
    public DiskFile openForRead(String path) throws IOException {
        return new ChannelFile(path, FileChannel.open(root.resolve(path), StandardOpenOption.READ));
    }

    @Override
    public void createDirectories(String path) throws IOException {
        try {
            Files.createDirectories(root.resolve(path));
        } catch (IOException e) {
            throw DiskErrors.named(e, path);
        }
    }

    @Override
    public List<String> list(String directory) throws IOException {
        try (Stream<Path> entries = Files.list(root.resolve(directory))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    @Override
    public boolean exists(String path) {
        return Files.exists(root.resolve(path));
    }

    @Override
    public @Nullable Object identity(String path) throws IOException {
        try {
            Object key =
                    Files.readAttributes(root.resolve(path), BasicFileAttributes.class).fileKey();
            return key == null ? path : key; // a file system without inodes knows names only
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    @Override
    public void delete(String path) throws IOException {
        try {
            Files.deleteIfExists(root.resolve(path));
        } catch (DirectoryNotEmptyException e) {
            throw new IOException("The directory is not empty: " + path, e);
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        try {
            Files.move(
                    root.resolve(from),
                    root.resolve(to),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw DiskErrors.named(e, from);
        }
    }

    @Override
    public void syncDirectory(String directory) throws IOException {
        try (FileChannel channel =
                FileChannel.open(root.resolve(directory), StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public long usableBytes() throws IOException {
        return Files.getFileStore(root).getUsableSpace();
    }
}
