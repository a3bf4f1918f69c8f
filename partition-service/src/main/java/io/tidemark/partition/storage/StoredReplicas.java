package io.tidemark.partition.storage;

import io.tidemark.partition.log.LogStore.StoredPartition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks which replicas lie where, and finishes what a crash broke off: deletions, and moves between
 * directories. Two directories have a replica where a move was broken off at its end: both were
 * whole then, and the one that was written since is the replica. The other goes at once, before
 * anything is written to either.
 */
public final class StoredReplicas {
    private static final Logger log = LoggerFactory.getLogger(StoredReplicas.class);

    private final BiConsumer<LogDirectory, IOException> failures;
    private final Map<Key, Located> found = new HashMap<>();

    private record Key(Uuid topicId, int index) {}

    /** A replica and its place. */
    public record Located(LogDirectory directory, StoredPartition stored) {
        private long recoveryPoint() {
            return directory.store().recoveryPoint(stored);
        }

        @Override
        public String toString() {
            return directory.path().toString();
        }
    }

    private StoredReplicas(BiConsumer<LogDirectory, IOException> failures) {
        this.failures = failures;
    }

    /**
     * Once, before any log is opened.
     *
     * @param failures told of directories that the disk refuses
     */
    public static List<Located> find(
            LogDirectories directories, BiConsumer<LogDirectory, IOException> failures) {
        StoredReplicas replicas = new StoredReplicas(failures);
        directories.online().forEach(replicas::look);
        List<Located> all = new ArrayList<>(replicas.found.values());
        all.removeIf(located -> !located.directory.online());
        all.forEach(located -> located.directory.partitionAdded());
        return all;
    }

    private void look(LogDirectory directory) {
        try {
            int removed = directory.store().removeDeleted();
            if (removed > 0) {
                log.info("Removed {} deleted partitions from {}", removed, directory.path());
            }
            for (StoredPartition stored : directory.store().stored()) {
                found.merge(
                        new Key(stored.topicId(), stored.partition()),
                        new Located(directory, stored),
                        this::newer);
            }
        } catch (IOException e) {
            failures.accept(directory, e);
        }
    }

    private Located newer(Located one, Located other) {
        boolean first = one.recoveryPoint() >= other.recoveryPoint();
        Located kept = first ? one : other;
        Located left = first ? other : one;
        log.warn(
                "{}-{} is in {} and in {}: a move was broken off at its end, and the latter goes",
                kept.stored.topic(),
                kept.stored.partition(),
                kept,
                left);
        try {
            left.directory.store().retire(List.of(left.stored));
            left.directory.store().removeDeleted();
        } catch (IOException e) {
            failures.accept(left.directory, e);
        }
        return kept;
    }
}
