package io.tidemark.partition.storage;

import io.tidemark.environment.Clock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A node's log directories, in the order they were configured. Safe for any thread. */
public final class LogDirectories implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(LogDirectories.class);

    private final List<LogDirectory> directories;
    private final Map<Path, String> leftOut;

    private LogDirectories(List<LogDirectory> directories, Map<Path, String> leftOut) {
        this.directories = List.copyOf(directories);
        this.leftOut = Map.copyOf(leftOut);
    }

    /**
     * Opens those that can be opened. One that the disk refuses is left out with an error in the
     * log.
     *
     * @throws UnusableFolderException where one is locked or foreign, where they belong to
     *     different clusters, or where none can be opened
     */
    public static LogDirectories open(
            List<Path> paths, int nodeId, LogDirectory.Opener disks, Clock clock) {
        List<LogDirectory> opened = new ArrayList<>();
        Map<Path, String> leftOut = new HashMap<>();
        try {
            for (Path path : paths) {
                try {
                    opened.add(LogDirectory.open(path, nodeId, disks, clock));
                } catch (IOException e) {
                    log.error("The log directory {} cannot be used and is left out", path, e);
                    leftOut.put(path, LogDirectory.why(e));
                }
            }
            requireUsable(paths, opened);
            return new LogDirectories(opened, leftOut);
        } catch (RuntimeException e) {
            closeAll(opened);
            throw e;
        }
    }

    /** Of directories that are open already; at least one. */
    public static LogDirectories of(List<LogDirectory> opened) {
        return new LogDirectories(opened, Map.of());
    }

    private static void requireUsable(List<Path> paths, List<LogDirectory> opened) {
        if (opened.isEmpty()) {
            throw new UnusableFolderException(
                    "None of the log directories %s can be used; see the errors above."
                            .formatted(paths));
        }
        Set<String> clusters =
                opened.stream()
                        .flatMap(directory -> directory.clusterId().stream())
                        .collect(Collectors.toSet());
        if (clusters.size() > 1) {
            throw new UnusableFolderException(
                    "The log directories %s belong to different clusters: %s."
                            .formatted(paths, clusters));
        }
    }

    public List<LogDirectory> all() {
        return directories;
    }

    /** Those that could not be opened, and why. */
    public Map<Path, String> leftOut() {
        return leftOut;
    }

    public List<LogDirectory> online() {
        return directories.stream().filter(LogDirectory::online).toList();
    }

    /** The cluster they belong to; empty where all are new. */
    public Optional<String> clusterId() {
        return directories.stream().flatMap(directory -> directory.clusterId().stream()).findAny();
    }

    /** Whether the process before this one stopped cleanly, in all of them. */
    public boolean cleanlyClosedBefore() {
        return directories.stream().allMatch(LogDirectory::cleanlyClosedBefore);
    }

    /**
     * Where a new partition goes, and counts from now on: the fewest partitions first. Empty where
     * all are offline.
     */
    public synchronized Optional<LogDirectory> place() {
        Optional<LogDirectory> fewest =
                directories.stream()
                        .filter(LogDirectory::online)
                        .min(Comparator.comparingInt(LogDirectory::partitionCount));
        fewest.ifPresent(LogDirectory::partitionAdded);
        return fewest;
    }

    @Override
    public void close() {
        closeAll(directories);
    }

    private static void closeAll(List<LogDirectory> directories) {
        for (LogDirectory directory : directories) {
            try {
                directory.close();
            } catch (IOException e) {
                log.warn("The lock of {} could not be given back", directory.path(), e);
            }
        }
    }
}
