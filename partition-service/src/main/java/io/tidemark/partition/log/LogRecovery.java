package io.tidemark.partition.log;

import io.tidemark.environment.DiskFile;
import io.tidemark.environment.DiskFullException;
import io.tidemark.partition.log.Quarantine.Range;
import io.tidemark.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Opens the segments of a log, and decides what is damage and what only a torn end.
 *
 * <p>Everything below the recovery point was durable once: what is bad or missing there is damage,
 * is quarantined, and is never cut off. Above it a crash may have torn the last writes, of which
 * none was acknowledged: a bad place with nothing good behind it is cut off, and so is one with
 * zeroed sectors, or a file that ends too early, whatever lies behind it, because a disk that loses
 * power keeps any part of what was not yet forced. A bad place without such signs and with good
 * batches behind it was damaged later. ADRs 20 and 23 say why.
 */
final class LogRecovery {
    private final LogFolder folder;
    private final Request request;
    private final Quarantine quarantine;
    private final List<LogSegment> segments = new ArrayList<>();
    private final Set<Long> mustScan = new HashSet<>();

    /** By base offset, where the first batch begins that was not known to be durable. */
    private final Map<Long, Long> unsyncedFrom = new HashMap<>();

    private long firstScanned = Long.MAX_VALUE;
    private long scannedBytes;
    private long bytesToScan;

    /**
     * @param clean whether the files may be trusted up to their ends
     * @param folderDurable whether the folder, and whose it is, is known to be durable
     * @param recoveryPoint below it everything was durable
     * @param logStartOffset below it everything may be dropped; -1 unknown
     */
    record Request(
            String topic,
            int partition,
            LogConfig config,
            boolean clean,
            boolean folderDurable,
            long recoveryPoint,
            long logStartOffset,
            long nowMs,
            LogStore.RecoveryProgress progress) {}

    /** What the log goes on with. The last segment is the active one. */
    record Recovered(
            List<LogSegment> segments,
            long logStartOffset,
            LeaderEpochs epochs,
            ProducerStates producers,
            Quarantine quarantine) {}

    LogRecovery(LogFolder folder, Request request) throws IOException {
        this.folder = folder;
        this.request = request;
        this.quarantine = Quarantine.load(folder);
    }

    Recovered recover() throws IOException {
        while (true) {
            try {
                Recovered recovered = attempt();
                // Most partitions of a large node are idle: no files are held open for them.
                recovered.segments().forEach(LogSegment::closeFiles);
                return recovered;
            } catch (DamagedSegmentException e) {
                // Its end was in order, so it was not read. Once it was, this cannot come again.
                if (!mustScan.add(e.baseOffset())) {
                    throw new IOException("A bad place that a scan does not see", e);
                }
                segments.forEach(LogSegment::closeFiles);
                segments.clear();
                firstScanned = Long.MAX_VALUE;
            }
        }
    }

    private Recovered attempt() throws IOException {
        List<Long> bases = SegmentFiles.list(folder);
        quarantineMissingStart(bases);
        openSegments(bases);
        closeEnd();
        long logStart = Math.max(request.logStartOffset(), segments.getFirst().baseOffset());
        // A sync that makes records durable makes their epochs so before. But the file may tell of
        // a later start of the log, which was not durable.
        Optional<LeaderEpochs> stated =
                LeaderEpochs.read(folder)
                        .filter(read -> read.epochOf(logStart) != LeaderEpochs.NONE);
        LeaderEpochs epochs = stated.orElseGet(LeaderEpochs::new);
        ProducerStates producers =
                new StateReplay(folder, request.nowMs(), segments, quarantine)
                        .replay(
                                logStart,
                                firstScanned,
                                epochs,
                                stated.isPresent() ? request.recoveryPoint() : logStart);
        // Not before: producers' states are also read from what lies below the log's start.
        quarantine.retain(logStart, Long.MAX_VALUE);
        epochs.truncateFromStart(logStart);
        forceScanned(epochs);
        return new Recovered(segments, logStart, epochs, producers, quarantine);
    }

    private void quarantineMissingStart(List<Long> bases) throws IOException {
        long start = request.logStartOffset();
        if (start < 0 || bases.isEmpty() || bases.getFirst() <= start) {
            return;
        }
        long base = bases.getFirst();
        boolean dropped = SegmentFiles.renamed(folder).stream().anyMatch(gone -> gone < base);
        if (!dropped && start < request.recoveryPoint()) {
            quarantine.add(new Range(start, base, start, 0, 0));
            // An empty segment keeps the place, so that the start is not forgotten.
            LogSegment empty = new LogSegment(folder, start, request.nowMs());
            empty.create();
            bases.addFirst(start);
        }
    }

    private void openSegments(List<Long> bases) throws IOException {
        bytesToScan = bytesToScan(bases);
        SegmentCheck check = new SegmentCheck(quarantine);
        for (int i = 0; i < bases.size(); i++) {
            boolean last = i == bases.size() - 1;
            long upper = last ? Long.MAX_VALUE : bases.get(i + 1);
            LogSegment segment = new LogSegment(folder, bases.get(i), request.nowMs());
            segments.add(segment);
            boolean torn;
            if (durable(last ? -1 : upper)
                    && !mustScan.contains(segment.baseOffset())
                    && check.open(segment, last ? request.recoveryPoint() : upper)) {
                torn = false;
            } else {
                torn = scan(segment, upper, hasRecords(bases.subList(i + 1, bases.size())));
            }
            if (torn || tornBehind(segment, upper)) {
                SegmentFiles.deleteNewestFirst(folder, bases.subList(i + 1, bases.size()));
                return;
            }
            if (!last) {
                segment.closeFiles();
            }
        }
    }

    /**
     * Whether a segment that ends at an offset (-1 the active one) was durable as a whole, indexes
     * included: they are synced with the first records behind the segment.
     */
    private boolean durable(long endOffset) {
        return request.clean() || (endOffset >= 0 && endOffset < request.recoveryPoint());
    }

    /** Checks every batch. Returns whether the log ends within this segment, torn. */
    private boolean scan(LogSegment segment, long upper, boolean recordsBehind) throws IOException {
        firstScanned = Math.min(firstScanned, segment.baseOffset());
        DiskFile file = segment.file();
        long size = file.size();
        segment.rebuild();
        BatchScan scan = new BatchScan(file, size, upper, new LeaderEpochs());
        int interval = request.config().indexIntervalBytes();
        long position = 0;
        while (true) {
            position =
                    scan.run(
                            position,
                            segment.endOffset(),
                            (buffer, at, where) -> {
                                segment.added(buffer, at, interval);
                                scanned(segment, buffer, at, where);
                                return true;
                            });
            if (position == size) {
                break;
            }
            Range bad = quarantine.beginningAt(segment.baseOffset(), position);
            if (bad == null || bad.toPosition() > size) {
                long good = scan.findGoodAfter(position, segment.endOffset());
                if (torn(segment, scan, position, good, size, recordsBehind)) {
                    file.truncate(position);
                    segment.rebuilt();
                    return true;
                }
                bad = damage(segment, position, good, size, upper);
                quarantine.add(bad);
            }
            segment.skipTo(bad.toPosition(), bad.toOffset());
            position = bad.toPosition();
        }
        segment.rebuilt();
        return false;
    }

    private void scanned(LogSegment segment, ByteBuffer buffer, int at, long position) {
        if (BatchHeader.lastOffset(buffer, at) >= request.recoveryPoint()) {
            unsyncedFrom.putIfAbsent(segment.baseOffset(), position);
        }
        scannedBytes += BatchHeader.sizeBytes(buffer, at);
        request.progress().scanned(request.topic(), request.partition(), scannedBytes, bytesToScan);
    }

    private boolean torn(
            LogSegment segment,
            BatchScan scan,
            long bad,
            long good,
            long size,
            boolean recordsBehind)
            throws IOException {
        if (request.clean() || segment.endOffset() < request.recoveryPoint()) {
            return false;
        }
        if (good >= 0) {
            return scan.hasLostSector(bad, good, segment.endOffset());
        }
        return !recordsBehind
                || scan.hasLostSector(bad, size, segment.endOffset())
                || scan.cutShort(bad);
    }

    private Range damage(LogSegment segment, long bad, long good, long size, long upper)
            throws IOException {
        long endOffset =
                upper == Long.MAX_VALUE
                        ? Math.max(request.recoveryPoint(), segment.endOffset() + 1)
                        : upper;
        return Damage.range(segment, bad, segment.endOffset(), good, size, endOffset);
    }

    /** What to do where a segment ends before the next begins. Returns whether the log ends. */
    private boolean tornBehind(LogSegment segment, long upper) throws IOException {
        long end = segment.endOffset();
        if (upper == Long.MAX_VALUE || end >= upper || quarantine.covering(end) != null) {
            return false;
        }
        if (!request.clean() && end >= request.recoveryPoint()) {
            return true;
        }
        int size = segment.sizeBytes();
        quarantine.add(new Range(end, upper, segment.baseOffset(), size, size));
        return false;
    }

    /** A log never ends before what was durable: its offsets must not be given out again. */
    private void closeEnd() throws IOException {
        long durableEnd = Math.max(request.recoveryPoint(), request.logStartOffset());
        if (segments.isEmpty() && durableEnd <= 0) {
            // Never written to: files would only have to be made, synced and opened again.
            segments.add(LogSegment.unmade(folder, 0, request.nowMs()));
            return;
        }
        if (segments.isEmpty()) {
            addSegment(Math.max(0, request.logStartOffset()));
        }
        LogSegment last = segments.getLast();
        long end = last.endOffset();
        if (end >= durableEnd) {
            return;
        }
        last.seal();
        quarantine.add(
                new Range(end, durableEnd, last.baseOffset(), last.sizeBytes(), last.sizeBytes()));
        addSegment(durableEnd);
    }

    private void addSegment(long baseOffset) throws IOException {
        LogSegment segment = new LogSegment(folder, baseOffset, request.nowMs());
        segment.create();
        segments.add(segment);
        firstScanned = Math.min(firstScanned, baseOffset);
    }

    private boolean hasRecords(List<Long> bases) throws IOException {
        for (long base : bases) {
            if (SegmentFiles.logSize(folder, base) > 0) {
                return true;
            }
        }
        return false;
    }

    private long bytesToScan(List<Long> bases) throws IOException {
        long bytes = 0;
        for (int i = 0; i < bases.size(); i++) {
            if (!durable(i + 1 < bases.size() ? bases.get(i + 1) : -1)) {
                bytes += SegmentFiles.logSize(folder, bases.get(i));
            }
        }
        return bytes;
    }

    /**
     * From here on the end of the log counts as durable, so it has to be. What was not known to be
     * durable is written again first: after a sync that failed, the kernel may count pages as clean
     * that never reached the disk, and a sync alone would leave them so.
     */
    private void forceScanned(LeaderEpochs epochs) throws IOException {
        if (firstScanned == Long.MAX_VALUE) {
            return;
        }
        for (LogSegment segment : segments) {
            if (segment.baseOffset() >= firstScanned) {
                segment.rewriteFrom(
                        unsyncedFrom.getOrDefault(segment.baseOffset(), Long.MAX_VALUE));
                segment.force();
            }
            if (segment != segments.getLast()) {
                segment.closeFiles();
            }
        }
        saveEpochs(epochs);
        if (!request.folderDurable()) {
            TopicIdFile.secure(folder);
        }
        folder.disk().syncDirectory(folder.name());
        folder.disk().syncDirectory("");
    }

    private void saveEpochs(LeaderEpochs epochs) throws IOException {
        if (!epochs.dirty()) {
            return;
        }
        try {
            TextFile.replace(
                    folder.disk(), folder.path(LeaderEpochs.FILE), epochs.takeCheckpoint());
        } catch (DiskFullException e) {
            // Without a file they are taken from the batches, with an old one not from all.
            folder.disk().delete(folder.path(LeaderEpochs.FILE));
            epochs.markDirty();
        }
    }
}
