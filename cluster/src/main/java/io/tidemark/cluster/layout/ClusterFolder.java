package io.tidemark.cluster.layout;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where a cluster keeps everything.
 *
 * <pre>
 * cluster/
 *   cluster.json       its layout, changed under cluster.json.lock
 *   coordinator-1/     a data folder for each member,
 *   coordinator-1.log  and what it printed
 *   node-1/ …
 * </pre>
 *
 * @param path absolute
 */
public record ClusterFolder(Path path) {
    /** Names that begin with it are the cluster's own. */
    public static final String LAYOUT = "cluster.json";

    private static final String LOCK = ".lock";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    public ClusterFolder {
        path = path.toAbsolutePath().normalize();
    }

    /** The member's data folder. */
    public Path dataOf(Member member) {
        return path.resolve(member.name());
    }

    /** What the member has printed in all its runs. */
    public Path logOf(Member member) {
        return path.resolve(member.name() + ".log");
    }

    /**
     * The layout kept here; empty where no cluster was made.
     *
     * @throws UncheckedIOException where it cannot be read
     */
    public Optional<ClusterLayout> layout() {
        Path file = path.resolve(LAYOUT);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(Files.readString(file), ClusterLayout.class));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        } catch (JacksonException e) {
            throw new UncheckedIOException(
                    new IOException(
                            file + " is not a cluster's layout: " + e.getOriginalMessage()));
        }
    }

    /**
     * Keeps the layout of a new cluster.
     *
     * @return what is kept: another one, unchanged, where a cluster was made here before
     */
    public ClusterLayout make(ClusterLayout first) throws IOException {
        try (FolderLock alone = lock(LAYOUT, PATIENCE)) {
            Optional<ClusterLayout> present = layout();
            if (present.isEmpty()) {
                keep(first);
            }
            return present.orElse(first);
        }
    }

    /**
     * Changes the layout as it is now, alone: no other command's change is lost.
     *
     * @return what is kept now
     * @throws IllegalStateException where no cluster was made
     */
    public ClusterLayout change(UnaryOperator<ClusterLayout> change) throws IOException {
        try (FolderLock alone = lock(LAYOUT, PATIENCE)) {
            ClusterLayout present =
                    layout().orElseThrow(() -> new IllegalStateException("no cluster in " + path));
            ClusterLayout changed = change.apply(present);
            if (!changed.equals(present)) {
                keep(changed);
            }
            return changed;
        }
    }

    /**
     * Keeps other commands out of something.
     *
     * @param what they name as well
     */
    public FolderLock lock(String what, Duration patience) throws IOException {
        return FolderLock.acquire(path, what + LOCK, patience);
    }

    private void keep(ClusterLayout layout) throws IOException {
        Path draft = path.resolve(LAYOUT + ".new");
        Files.writeString(draft, JSON.writeValueAsString(layout) + "\n");
        Files.move(
                draft,
                path.resolve(LAYOUT),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }
}
