package io.tidemark.gateway.ui;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The built files in memory, by path below {@code /ui/}; so a path can lead nowhere else. Beside a
 * file stands its gzip form, where the build made one. Immutable.
 */
public final class UiFiles {
    static final String INDEX = "index.html";
    private static final String GZIP = ".gz";
    private static final long MOST_BYTES = 32 << 20;
    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "css", "text/css; charset=utf-8",
                    "json", "application/json",
                    "svg", "image/svg+xml",
                    "png", "image/png",
                    "ico", "image/x-icon",
                    "woff2", "font/woff2",
                    "webmanifest", "application/manifest+json",
                    "txt", "text/plain; charset=utf-8");

    private final Map<String, File> files;

    private UiFiles(Map<String, File> files) {
        this.files = Map.copyOf(files);
    }

    /**
     * @param gzip the same, compressed; null where the build made none
     * @param immutable whether the name holds a hash of the content
     */
    record File(String contentType, byte[] content, byte @Nullable [] gzip, boolean immutable) {}

    /** Nothing is built. */
    public static UiFiles none() {
        return new UiFiles(Map.of());
    }

    /**
     * Reads a folder; none where it has no index.html.
     *
     * @throws IOException also where it holds more than 32 MB, and so is something else
     */
    public static UiFiles read(Path folder) throws IOException {
        if (!Files.isRegularFile(folder.resolve(INDEX))) {
            return none();
        }
        Map<String, byte[]> contents = new HashMap<>();
        long bytes = 0;
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(path);
                if (bytes > MOST_BYTES) {
                    throw new IOException(
                            "%s holds more than %d MB: that is not the admin UI"
                                    .formatted(folder, MOST_BYTES >> 20));
                }
                String name = folder.relativize(path).toString().replace('\\', '/');
                contents.put(name, Files.readAllBytes(path));
            }
        }
        Map<String, File> files = new HashMap<>();
        contents.forEach(
                (name, content) -> {
                    if (!name.endsWith(GZIP)) {
                        files.put(
                                name,
                                new File(
                                        type(name),
                                        content,
                                        contents.get(name + GZIP),
                                        name.startsWith("assets/")));
                    }
                });
        return new UiFiles(files);
    }

    private static String type(String name) {
        String extension = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return TYPES.getOrDefault(extension, "application/octet-stream");
    }

    Optional<File> file(String path) {
        return Optional.ofNullable(files.get(path));
    }

    boolean built() {
        return files.containsKey(INDEX);
    }
}
