package io.tidemark.partition.log;

import io.tidemark.environment.Clock;
import io.tidemark.environment.DiskFullException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the parts of one log share. One thread at a time, but for {@link #failure}. */
final class LogState {
    final LogFolder folder;
    final Clock clock;
    final LogMarks marks;
    final SegmentList segments;
    final LeaderEpochs epochs;
    final Quarantine quarantine;
    final SegmentSearch search;
    final RecentBatches recent = new RecentBatches();
    final DroppedSegments dropped;

    LogConfig config;
    ProducerStates producers;
    long flushedEndOffset;

    /** Files written since the last sync that are not the active segment's; each is retained. */
    List<SharedFile> unsyncedFiles = new ArrayList<>();

    /** Whether names in the folder changed since the last sync. */
    boolean namesChanged;

    /** Whether the folder itself, or whose it is, may not be durable: until a sync has ended. */
    boolean folderUnsynced;

    /** Whether the first segment's name may not be durable: until a sync has ended. */
    boolean beginningUnsynced;

    boolean logStartChanged;

    /** Whether the active segment's file was not what this log wrote, when last it was used. */
    boolean activeSuspect;

    /** Counts truncations: a sync prepared before one says nothing about the end after it. */
    int truncations;

    private volatile @Nullable IOException failure;

    LogState(
            LogFolder folder,
            Clock clock,
            LogMarks marks,
            LogConfig config,
            LogRecovery.Recovered recovered,
            DroppedSegments dropped) {
        this.folder = folder;
        this.clock = clock;
        this.marks = marks;
        this.config = config;
        this.segments = new SegmentList(recovered.segments());
        this.epochs = recovered.epochs();
        this.producers = recovered.producers();
        this.quarantine = recovered.quarantine();
        this.search = new SegmentSearch(quarantine);
        this.dropped = dropped;
        this.flushedEndOffset = endOffset();
        marks.logStartOffset(recovered.logStartOffset());
        marks.recoveryPoint(flushedEndOffset);
        dropBelowStart();
    }

    long startOffset() {
        return marks.logStartOffset();
    }

    long endOffset() {
        return segments.active().endOffset();
    }

    /** Refuses to go on once a write or sync failed: what is on disk is not known any more. */
    void requireUsable() throws IOException {
        IOException cause = failure;
        if (cause != null) {
            throw new IOException("The log failed before: " + cause.getMessage(), cause);
        }
    }

    /** Any thread. */
    void fail(IOException cause) {
        failure = cause;
    }

    boolean failed() {
        return failure != null;
    }

    boolean namesUnsynced() {
        return namesChanged || folderUnsynced;
    }

    /** Makes the names in the folder durable, and the folder with them. */
    void syncNames() throws IOException {
        if (folderUnsynced) {
            TopicIdFile.secure(folder);
        }
        folder.disk().syncDirectory(folder.name());
        if (folderUnsynced) {
            folder.disk().syncDirectory("");
            folderUnsynced = false;
        }
    }

    /** Makes the active segment's files, where nothing was written yet. */
    void makeFiles() throws IOException {
        LogSegment active = segments.active();
        if (!active.made()) {
            active.create();
            namesChanged = true;
            beginningUnsynced = true;
        }
    }

    /**
     * Closes the active segment and begins the next. Where the disk is full, nothing has changed.
     */
    void roll() throws IOException {
        if (beginningUnsynced) {
            // Once at most, and hardly ever: a crash that kept only the next segment's name would
            // leave a log that begins there.
            folder.disk().syncDirectory(folder.name());
            beginningUnsynced = false;
        }
        LogSegment old = segments.active();
        long base = old.endOffset();
        old.seal();
        SharedFile snapshot = null;
        LogSegment next = new LogSegment(folder, base, clock.wallMs());
        try {
            snapshot = ProducerSnapshot.write(folder, base, producers);
            next.create();
        } catch (DiskFullException e) {
            if (snapshot != null) {
                snapshot.release();
            }
            next.closeFiles();
            SegmentFiles.delete(folder, base);
            throw e;
        }
        unsyncedFiles.add(snapshot);
        unsyncedFiles.add(old.log().retain());
        unsyncedFiles.add(old.offsetIndex().file().file().retain());
        unsyncedFiles.add(old.timeIndex().file().file().retain());
        old.closeIndexes();
        namesChanged = true;
        recent.clear();
        segments.add(next);
    }

    /** Moves the start of the log, and drops the segments that lie below it. */
    void startAt(long offset) throws IOException {
        marks.logStartOffset(offset);
        logStartChanged = true;
        epochs.truncateFromStart(offset);
        quarantine.retain(offset, Long.MAX_VALUE);
        dropBelowStart();
    }

    /** Drops the segments of which nothing is in the log any more. */
    void dropBelowStart() {
        while (segments.size() > 1 && segments.get(1).baseOffset() <= startOffset()) {
            LogSegment segment = segments.removeFirst();
            segment.closeFiles();
            dropped.add(segment, segments.first().baseOffset(), config.fileDeleteDelayMs());
        }
    }
}
