package io.tidemark.partition.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Cuts the end of a log off, durably, before anything else is written there. */
final class LogTruncation {
    private final LogState log;
    private final LogStore store;

    LogTruncation(LogState log, LogStore store) {
        this.log = log;
        this.store = store;
    }

    void truncateTo(long offset) throws IOException {
        Quarantine.Range bad = log.quarantine.covering(offset);
        long end = Math.max(log.startOffset(), bad == null ? offset : bad.fromOffset());
        if (end >= log.endOffset()) {
            log.epochs.truncateFromEnd(end);
            return;
        }
        expectLess(end);
        while (log.segments.size() > 1 && log.segments.active().baseOffset() >= end) {
            LogSegment segment = log.segments.removeLast();
            segment.closeFiles();
            SegmentFiles.delete(log.folder, segment.baseOffset());
            log.folder.disk().syncDirectory(log.folder.name());
        }
        cut(log.segments.active(), end, bad);
        if (log.endOffset() < log.startOffset()) {
            beginAt(log.startOffset(), log.startOffset());
        }
        log.quarantine.retain(log.startOffset(), log.endOffset());
        log.recent.clear();
        log.producers =
                new StateReplay(log.folder, log.clock.wallMs(), log.segments.all(), log.quarantine)
                        .replay(log.startOffset(), log.endOffset(), log.epochs, log.endOffset());
        log.folder.disk().syncDirectory(log.folder.name());
        log.flushedEndOffset = Math.min(log.flushedEndOffset, log.endOffset());
        log.marks.recoveryPoint(log.flushedEndOffset);
    }

    /** Before anything is cut off: else a crash would miss what was cut off on purpose. */
    private void expectLess(long end) throws IOException {
        log.truncations++;
        log.flushedEndOffset = Math.min(log.flushedEndOffset, end);
        log.marks.recoveryPoint(log.flushedEndOffset);
        store.saveRecoveryPoints();
    }

    void restartAt(long baseOffset, long logStartOffset) throws IOException {
        expectLess(0);
        while (log.segments.size() > 0) {
            LogSegment segment = log.segments.removeLast();
            segment.closeFiles();
            SegmentFiles.delete(log.folder, segment.baseOffset());
            log.folder.disk().syncDirectory(log.folder.name());
        }
        log.dropped.removeAll();
        log.quarantine.retain(0, 0);
        log.epochs.clear();
        log.recent.clear();
        log.producers = new ProducerStates();
        beginAt(baseOffset, logStartOffset);
        log.syncNames();
        log.flushedEndOffset = baseOffset;
        log.marks.recoveryPoint(baseOffset);
    }

    /**
     * @param bad where the end lies at a damaged place: searches pass over its bytes
     */
    private void cut(LogSegment segment, long end, Quarantine.@Nullable Range bad)
            throws IOException {
        int size =
                bad != null && bad.segmentBaseOffset() == segment.baseOffset()
                        ? bad.fromPosition()
                        : log.search.position(segment, end);
        segment.file().truncate(size);
        segment.file().force();
        log.search.reindex(segment, size, log.config.indexIntervalBytes());
    }

    /** Nothing is left. */
    private void beginAt(long baseOffset, long logStartOffset) throws IOException {
        LogSegment next = new LogSegment(log.folder, baseOffset, log.clock.wallMs());
        next.create();
        next.force();
        log.segments.add(next);
        log.startAt(logStartOffset);
    }
}
