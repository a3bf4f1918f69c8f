package io.tidemark.partition.log;

import io.tidemark.environment.DiskFullException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Segments that are no part of their log any more, on their way out of the folder. The owner of the
 * log adds; another thread may purge.
 *
 * <p>A crash may undo the removal of any name whose directory was not synced. So names go one
 * segment at a time, oldest first, with a sync behind each: what a crash brings back always
 * continues what is there. The new log start is checkpointed before, where the disk has room.
 */
final class DroppedSegments {
    private final LogFolder folder;
    private final LogStore store;
    private final Queue<Dropped> dropped = new ConcurrentLinkedQueue<>();
    private final ArrayDeque<Renamed> renamed = new ArrayDeque<>();
    private boolean closed;

    private record Dropped(long baseOffset, long sizeBytes, long deleteDelayMs) {}

    private record Renamed(Dropped segment, long deleteAtMs) {}

    DroppedSegments(LogFolder folder, LogStore store) {
        this.folder = folder;
        this.store = store;
    }

    void add(long baseOffset, long sizeBytes, long deleteDelayMs) {
        dropped.add(new Dropped(baseOffset, sizeBytes, deleteDelayMs));
    }

    /** Returns the bytes freed. */
    synchronized long purge(long nowMs) throws IOException {
        if (closed) {
            return 0;
        }
        rename(nowMs);
        long freed = 0;
        while (!renamed.isEmpty() && renamed.getFirst().deleteAtMs() <= nowMs) {
            Dropped segment = renamed.removeFirst().segment();
            SegmentFiles.deleteRenamed(folder, segment.baseOffset());
            freed += segment.sizeBytes();
        }
        return freed;
    }

    private void rename(long nowMs) throws IOException {
        if (dropped.isEmpty()) {
            return;
        }
        try {
            store.saveLogStarts();
        } catch (DiskFullException e) {
            // Room is made below; the order of removal keeps the log in one piece meanwhile.
        }
        while (true) {
            Dropped segment = dropped.poll();
            if (segment == null) {
                return;
            }
            SegmentFiles.rename(folder, segment.baseOffset());
            folder.disk().syncDirectory(folder.name());
            renamed.addLast(new Renamed(segment, nowMs + segment.deleteDelayMs()));
        }
    }

    /** Touches no file from now on; what is left goes when the log is opened again. */
    synchronized void close() {
        closed = true;
    }
}
