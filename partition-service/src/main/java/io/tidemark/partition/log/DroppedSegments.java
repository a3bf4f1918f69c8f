package io.tidemark.partition.log;

import io.tidemark.environment.DiskFullException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Segments that are no part of their log any more, on their way out of the folder. The owner of the
 * log adds; another thread may purge.
 *
 * <p>A crash may undo the removal of any name whose directory was not synced. So names go one
 * segment at a time, oldest first, with a sync behind each: what a crash brings back always
 * continues what is there. That segments at the start are gone on purpose is told by the
 * checkpointed log start, or, as long as the disk is too full to write that, by the names that end
 * in {@code .deleted}: until then they stay, without their bytes.
 */
final class DroppedSegments {
    private final LogFolder folder;
    private final LogStore store;
    private final Queue<Dropped> dropped = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<Renamed> renamed = new ArrayDeque<>();
    private boolean closed;

    private record Dropped(
            long baseOffset, long nextBaseOffset, long sizeBytes, long deleteDelayMs) {}

    private record Renamed(Dropped segment, long deleteAtMs) {}

    /**
     * @param leftovers base offsets of segments that were renamed before, and not removed yet
     */
    DroppedSegments(LogFolder folder, LogStore store, List<Long> leftovers) {
        this.folder = folder;
        this.store = store;
        leftovers.forEach(base -> renamed.add(new Renamed(new Dropped(base, 0, 0, 0), 0)));
    }

    /**
     * @param nextBaseOffset where the log goes on
     */
    void add(LogSegment segment, long nextBaseOffset, long deleteDelayMs) {
        dropped.add(
                new Dropped(
                        segment.baseOffset(), nextBaseOffset, segment.sizeBytes(), deleteDelayMs));
    }

    /** Returns the bytes freed. */
    synchronized long purge(long nowMs) throws IOException {
        if (closed || (dropped.isEmpty() && renamed.isEmpty())) {
            return 0;
        }
        rename(nowMs);
        boolean startSaved = saveStart();
        long freed = 0;
        for (int left = renamed.size(); left > 0; left--) {
            Renamed next = renamed.removeFirst();
            if (next.deleteAtMs() > nowMs) {
                renamed.addLast(next);
                continue;
            }
            Dropped segment = next.segment();
            freed += segment.sizeBytes();
            if (startSaved) {
                SegmentFiles.deleteRenamed(folder, segment.baseOffset());
            } else {
                SegmentFiles.emptyRenamed(folder, segment.baseOffset());
                renamed.addLast(new Renamed(new Dropped(segment.baseOffset(), 0, 0, 0), 0));
            }
        }
        return freed;
    }

    private boolean saveStart() throws IOException {
        try {
            store.saveLogStarts();
            return true;
        } catch (DiskFullException e) {
            return false;
        }
    }

    private void rename(long nowMs) throws IOException {
        if (!dropped.isEmpty()) {
            folder.disk().syncDirectory(folder.name());
        }
        for (Dropped next = dropped.poll(); next != null; next = dropped.poll()) {
            // Without the records, only the snapshot tells of the producers that wrote them.
            SegmentFiles.forceSnapshot(folder, next.nextBaseOffset());
            SegmentFiles.rename(folder, next.baseOffset());
            folder.disk().syncDirectory(folder.name());
            renamed.addLast(new Renamed(next, nowMs + next.deleteDelayMs()));
        }
    }

    /**
     * Removes at once all that was not renamed yet, newest first: the log begins anew elsewhere,
     * and recovery would take what follows the gap for torn.
     */
    synchronized void removeAll() throws IOException {
        List<Long> bases = new ArrayList<>();
        for (Dropped next = dropped.poll(); next != null; next = dropped.poll()) {
            bases.add(next.baseOffset());
        }
        bases.sort(null);
        SegmentFiles.deleteNewestFirst(folder, bases);
    }

    /** Touches no file from now on; what is left is taken up when the log is opened again. */
    synchronized void close() {
        closed = true;
    }
}
