package io.tidemark.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The files of the repository as they lie on disk, without what is built or stored there. */
public final class SourceTree {

    private static final Set<String> NOT_SOURCES =
            Set.of("target", ".git", "node_modules", ".idea", ".vscode");

    private SourceTree() {}

    /** The repository's root: the nearest folder above that holds the launcher. */
    public static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isRegularFile(folder.resolve("tidemark"))) {
            Path parent = folder.getParent();
            if (parent == null) {
                throw new IllegalStateException("not inside the repository");
            }
            folder = parent;
        }
        return folder;
    }

    /** All files whose path relative to the root ends with one of the suffixes, sorted. */
    public static List<Path> files(String... suffixes) {
        Path root = root();
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(
                    root,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(
                                Path folder, BasicFileAttributes attributes) {
                            return isSource(root, folder)
                                    ? FileVisitResult.CONTINUE
                                    : FileVisitResult.SKIP_SUBTREE;
                        }

                        @Override
                        public FileVisitResult visitFile(
                                Path file, BasicFileAttributes attributes) {
                            String name = root.relativize(file).toString();
                            if (attributes.isRegularFile()
                                    && List.of(suffixes).stream().anyMatch(name::endsWith)) {
                                found.add(file);
                            }
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found.stream().sorted().toList();
    }

    private static boolean isSource(Path root, Path folder) {
        String name = folder.getFileName().toString();
        boolean dataFolder = name.equals("data") && root.equals(folder.getParent());
        return !NOT_SOURCES.contains(name) && !dataFolder;
    }

    /** A file's text, lines ended by {@code \n}. */
    public static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }
}
