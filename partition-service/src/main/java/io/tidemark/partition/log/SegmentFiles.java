package io.tidemark.partition.log;

import io.tidemark.environment.Disk;
import io.tidemark.environment.DiskFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The files of a log's segments by name. */
final class SegmentFiles {
    private static final List<String> SUFFIXES =
            List.of(LogFolder.LOG, LogFolder.INDEX, LogFolder.TIME_INDEX, LogFolder.SNAPSHOT);

    private SegmentFiles() {}

    /**
     * Lists the base offsets of a folder's segments, growing, and removes what does not belong to
     * one: leftovers, and indexes without records.
     */
    static List<Long> list(LogFolder folder) throws IOException {
        Disk disk = folder.disk();
        List<Long> bases = new ArrayList<>();
        List<String> names = disk.list(folder.name());
        for (String name : names) {
            long base = LogFolder.offsetOf(name, LogFolder.LOG);
            if (base >= 0) {
                bases.add(base);
            } else if (name.endsWith(TextFile.TEMPORARY)) {
                disk.delete(folder.path(name));
            }
        }
        bases.sort(null);
        for (String name : names) {
            long base =
                    Math.max(
                            LogFolder.offsetOf(name, LogFolder.INDEX),
                            LogFolder.offsetOf(name, LogFolder.TIME_INDEX));
            if (base >= 0 && !bases.contains(base)) {
                disk.delete(folder.path(name));
            }
        }
        return bases;
    }

    static long logSize(LogFolder folder, long base) throws IOException {
        try (DiskFile file = folder.disk().openForRead(folder.path(base, LogFolder.LOG))) {
            return file.size();
        }
    }

    /** Deletes a segment's files. The snapshot at its base goes with it. */
    static void delete(LogFolder folder, long base) throws IOException {
        for (String suffix : SUFFIXES) {
            folder.disk().delete(folder.path(base, suffix));
        }
    }

    /** Deletes from the end of the log on, so that a crash in between leaves a beginning of it. */
    static void deleteNewestFirst(LogFolder folder, List<Long> bases) throws IOException {
        for (int i = bases.size() - 1; i >= 0; i--) {
            delete(folder, bases.get(i));
            folder.disk().syncDirectory(folder.name());
        }
    }

    /** Makes the producer snapshot at an offset durable, where there is one. */
    static void forceSnapshot(LogFolder folder, long offset) throws IOException {
        String path = folder.path(offset, LogFolder.SNAPSHOT);
        if (folder.disk().exists(path)) {
            try (DiskFile file = folder.disk().open(path)) {
                file.force();
            }
        }
    }

    /** The offsets of the producer snapshots, growing. */
    static List<Long> snapshots(LogFolder folder) throws IOException {
        List<Long> offsets = new ArrayList<>();
        for (String name : folder.disk().list(folder.name())) {
            long offset = LogFolder.offsetOf(name, LogFolder.SNAPSHOT);
            if (offset >= 0) {
                offsets.add(offset);
            }
        }
        offsets.sort(null);
        return offsets;
    }

    /** Renames a segment's files out of the way. */
    static void rename(LogFolder folder, long base) throws IOException {
        for (String suffix : SUFFIXES) {
            String path = folder.path(base, suffix);
            if (folder.disk().exists(path)) {
                folder.disk().rename(path, path + LogFolder.DELETED);
            }
        }
    }

    /** The base offsets of segments that {@link #rename} renamed. */
    static List<Long> renamed(LogFolder folder) throws IOException {
        List<Long> bases = new ArrayList<>();
        for (String name : folder.disk().list(folder.name())) {
            long base = LogFolder.offsetOf(name, LogFolder.LOG + LogFolder.DELETED);
            if (base >= 0) {
                bases.add(base);
            }
        }
        return bases;
    }

    /** Gives back the room that a renamed segment takes, but keeps its name. */
    static void emptyRenamed(LogFolder folder, long base) throws IOException {
        try (DiskFile file =
                folder.disk().open(folder.path(base, LogFolder.LOG) + LogFolder.DELETED)) {
            file.truncate(0);
        }
    }

    /** Removes files that {@link #rename} renamed. */
    static void deleteRenamed(LogFolder folder, long base) throws IOException {
        for (String suffix : SUFFIXES) {
            folder.disk().delete(folder.path(base, suffix) + LogFolder.DELETED);
        }
    }
}
