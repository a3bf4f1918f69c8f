package io.tidemark.partition.log;

import io.tidemark.environment.Disk;
import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.ObjLongConsumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * An offset of every log in a directory, in a file in the directory's root: a {@link
 * CheckpointFile} of {@code topic partition offset}. Safe for any thread.
 */
final class OffsetCheckpoint {
    private static final int FIELDS = 3;

    private final Disk disk;
    private final String path;
    private final AtomicBoolean moved = new AtomicBoolean(true);
    private @Nullable String written;

    OffsetCheckpoint(Disk disk, String path) {
        this.disk = disk;
        this.path = path;
    }

    /**
     * Sets the marks that the file has.
     *
     * @return false where the file is missing or makes no sense: then none was set
     */
    synchronized boolean load(
            BiFunction<String, Integer, LogMarks> marks, ObjLongConsumer<LogMarks> setter)
            throws IOException {
        Optional<List<String[]>> entries = CheckpointFile.read(disk, path, FIELDS);
        if (entries.isEmpty() || !entries.get().stream().allMatch(OffsetCheckpoint::numeric)) {
            return false;
        }
        for (String[] entry : entries.get()) {
            LogMarks mark = marks.apply(entry[0], Integer.valueOf(entry[1]));
            setter.accept(mark, Long.parseLong(entry[2]));
        }
        return true;
    }

    private static boolean numeric(String[] entry) {
        try {
            return Integer.parseInt(entry[1]) >= 0 && Long.parseLong(entry[2]) >= 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** An offset of a log has moved, or a log has gone: call it behind that. */
    void moved() {
        if (!moved.get()) {
            moved.set(true);
        }
    }

    /**
     * Writes the file, durably, where it would change: thousands of logs that ask for it one after
     * the other do not each look through all of them.
     */
    synchronized void save(Collection<LogMarks> marks, ToLongFunction<LogMarks> offset)
            throws IOException {
        boolean there = disk.exists(path);
        if (!moved.getAndSet(false) && there) {
            return;
        }
        if (!there) {
            written = null; // somebody has taken it away
        }
        boolean saved = false;
        try {
            write(marks, offset);
            saved = true;
        } finally {
            if (!saved) {
                moved();
            }
        }
    }

    private void write(Collection<LogMarks> marks, ToLongFunction<LogMarks> offset)
            throws IOException {
        List<String> lines =
                marks.stream()
                        .sorted(
                                Comparator.comparing(LogMarks::topic)
                                        .thenComparingInt(LogMarks::partition))
                        .map(
                                mark ->
                                        mark.topic()
                                                + ' '
                                                + mark.partition()
                                                + ' '
                                                + offset.applyAsLong(mark))
                        .toList();
        String content = CheckpointFile.format(lines);
        if (!content.equals(written)) {
            // Unknown while it is being replaced, so that a failure leads to another attempt.
            written = null;
            TextFile.replace(disk, path, content);
            disk.syncDirectory("");
            written = content;
        }
    }
}
