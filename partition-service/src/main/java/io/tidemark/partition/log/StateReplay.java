package io.tidemark.partition.log;

import io.tidemark.environment.DiskFullException;
import io.tidemark.protocol.record.BatchHeader;
import java.io.IOException;
import java.util.List;

/** Brings producer state and leader epochs to the end of a log that was opened. */
final class StateReplay {
    private final LogFolder folder;
    private final long nowMs;
    private final List<LogSegment> segments;
    private final SegmentSearch search;
    private final ProducerStates producers = new ProducerStates();

    StateReplay(LogFolder folder, long nowMs, List<LogSegment> segments, Quarantine quarantine) {
        this.folder = folder;
        this.nowMs = nowMs;
        this.segments = segments;
        this.search = new SegmentSearch(quarantine);
    }

    /**
     * Loads the newest snapshot that can be trusted, and reads on from there.
     *
     * @param scannedFrom snapshots beyond it are not trusted: they may tell of batches that were
     *     lost
     * @param epochs taken from the batches from {@code epochsKnownTo} on; what they hold below is
     *     right, whatever a batch says
     */
    ProducerStates replay(long logStart, long scannedFrom, LeaderEpochs epochs, long epochsKnownTo)
            throws IOException {
        long logEnd = segments.getLast().endOffset();
        long snapshot = loadSnapshot(Math.min(scannedFrom, logEnd));
        long epochsFrom = Math.max(logStart, Math.min(epochsKnownTo, logEnd));
        epochs.truncateFromEnd(epochsFrom);
        // Also over what lies below the log's start: a producer's state must have no gap.
        long producersFrom = Math.max(snapshot, segments.getFirst().baseOffset());
        long from = Math.min(producersFrom, epochsFrom);
        for (LogSegment segment : segments) {
            if (segment.endOffset() > from) {
                writeSnapshotAt(segment.baseOffset(), snapshot, from);
                replay(segment, producersFrom, epochs, epochsFrom);
            }
        }
        return producers;
    }

    private void replay(
            LogSegment segment, long producersFrom, LeaderEpochs epochs, long epochsFrom)
            throws IOException {
        long from = Math.min(producersFrom, epochsFrom);
        int start = search.position(segment, from);
        search.walk(
                segment,
                start,
                BatchCursor.WALK_BYTES,
                batch -> {
                    if (batch.lastOffset() >= epochsFrom) {
                        epochs.assign(
                                BatchHeader.leaderEpoch(batch.header(), batch.at()),
                                batch.baseOffset());
                    }
                    if (batch.lastOffset() >= producersFrom) {
                        producers.appended(batch.header(), batch.at(), nowMs);
                    }
                    return true;
                });
    }

    /** Replaces what {@link #loadSnapshot} removed, now that the state there is known again. */
    private void writeSnapshotAt(long base, long loaded, long from) throws IOException {
        if (base <= loaded || base < from) {
            return;
        }
        try {
            SharedFile file = ProducerSnapshot.write(folder, base, producers);
            file.file().force();
            file.release();
        } catch (DiskFullException e) {
            folder.disk().delete(folder.path(base, LogFolder.SNAPSHOT));
        }
    }

    /**
     * Returns the snapshot's offset; -1 where there is none. Removes those beyond, and those that
     * records are missing behind: with a gap, a producer's next batch would seem out of order.
     */
    private long loadSnapshot(long trusted) throws IOException {
        long first = segments.getFirst().baseOffset();
        List<Long> offsets = SegmentFiles.snapshots(folder);
        for (int i = offsets.size() - 1; i >= 0; i--) {
            long offset = offsets.get(i);
            if (offset >= first
                    && offset <= trusted
                    && ProducerSnapshot.read(folder, offset, producers, nowMs)) {
                return offset;
            }
            folder.disk().delete(folder.path(offset, LogFolder.SNAPSHOT));
        }
        return -1;
    }
}
