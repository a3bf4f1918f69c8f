package io.tidemark.partition.log;

import io.tidemark.protocol.record.BatchHeader;
import io.tidemark.protocol.record.RecordTimes;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Finds records by their timestamps. */
final class TimestampSearch {
    private static final TimestampOutcome NONE = new TimestampOutcome.None();

    private final LogState log;
    private final LogChecks checks;

    TimestampSearch(LogState log, LogChecks checks) {
        this.log = log;
        this.checks = checks;
    }

    /** Where a batch lies. */
    private record Place(LogSegment segment, int position, int sizeBytes) {}

    TimestampOutcome first(long timestampMs, long endOffset) throws IOException {
        for (LogSegment segment : log.segments.all()) {
            if (segment.baseOffset() >= endOffset) {
                break;
            }
            if (segment.maxTimestampMs() >= timestampMs
                    || log.quarantine.touches(segment.baseOffset(), segment.endOffset())) {
                TimestampOutcome outcome = firstIn(segment, timestampMs, endOffset);
                if (!(outcome instanceof TimestampOutcome.None)) {
                    return outcome;
                }
            }
        }
        return NONE;
    }

    private TimestampOutcome firstIn(LogSegment segment, long timestampMs, long endOffset)
            throws IOException {
        TimestampOutcome[] outcome = {NONE};
        Start start = startFor(segment, timestampMs);
        log.search.walk(
                segment,
                start.position,
                BatchCursor.LOOKUP_BYTES,
                batch -> {
                    if (BatchHeader.baseOffset(batch.header(), batch.at()) >= endOffset) {
                        return false;
                    }
                    if (batch.maxTimestampMs() < timestampMs
                            || batch.lastOffset() < log.startOffset()) {
                        return true;
                    }
                    outcome[0] = inBatch(placeOf(segment, batch), timestampMs, endOffset);
                    return outcome[0] instanceof TimestampOutcome.None;
                });
        long end =
                outcome[0] instanceof TimestampOutcome.Found found
                        ? found.offset()
                        : Math.min(endOffset, segment.endOffset());
        return log.quarantine.touches(start.offset, end)
                ? new TimestampOutcome.Corrupt()
                : outcome[0];
    }

    /** Where a search in a segment begins: no record before it is one that it looks for. */
    private record Start(int position, long offset) {}

    private Start startFor(LogSegment segment, long timestampMs) throws IOException {
        TimeIndex times = segment.timeIndex();
        int entry = times.floor(timestampMs - 1);
        if (entry >= 0) {
            int position = log.search.position(segment, times.offset(entry));
            // The entry must tell of a batch: an index that was damaged must not lead too far.
            if (tells(segment, position, times.offset(entry), times.timestampMs(entry))) {
                return new Start(
                        Math.max(position, log.search.position(segment, log.startOffset())),
                        Math.max(times.offset(entry), log.startOffset()));
            }
            log.search.suspectIndexOf(segment);
        }
        long first = Math.max(segment.baseOffset(), log.startOffset());
        return new Start(log.search.position(segment, first), first);
    }

    private static boolean tells(LogSegment segment, int position, long offset, long timestampMs)
            throws IOException {
        BatchCursor batch =
                new BatchCursor(
                        segment.file(), position, segment.sizeBytes(), BatchCursor.HEADER_BYTES);
        return batch.advance()
                && batch.lastOffset() == offset
                && batch.maxTimestampMs() == timestampMs;
    }

    private static Place placeOf(LogSegment segment, BatchCursor batch) {
        return new Place(segment, (int) batch.position(), batch.sizeBytes());
    }

    /** The first record at or after {@code timestampMs} within bounds. */
    private TimestampOutcome inBatch(Place place, long timestampMs, long endOffset)
            throws IOException {
        if (!isGood(place)) {
            return new TimestampOutcome.Corrupt();
        }
        ByteBuffer batch = read(place);
        long start = log.startOffset();
        try (RecordTimes records = new RecordTimes(batch, AppendCheck.MAX_DECOMPRESSED_BYTES)) {
            while (records.next()) {
                if (records.offset() >= endOffset) {
                    return NONE;
                }
                if (records.timestampMs() >= timestampMs && records.offset() >= start) {
                    return new TimestampOutcome.Found(
                            records.timestampMs(), records.offset(), records.leaderEpoch());
                }
            }
        }
        return NONE;
    }

    private boolean isGood(Place place) throws IOException {
        int end = place.position() + place.sizeBytes();
        return checks.checkedTo(place.segment(), place.position(), end) >= end;
    }

    private static ByteBuffer read(Place place) throws IOException {
        ByteBuffer batch = ByteBuffer.allocate(place.sizeBytes());
        place.segment().file().read(batch, place.position());
        return batch.flip();
    }

    TimestampOutcome greatest(long endOffset) throws IOException {
        if (log.quarantine.touches(log.startOffset(), endOffset)) {
            return new TimestampOutcome.Corrupt();
        }
        Place best = null;
        long bestMs = Long.MIN_VALUE;
        for (LogSegment segment : log.segments.all()) {
            if (segment.baseOffset() >= endOffset || segment.sizeBytes() == 0) {
                continue;
            }
            boolean whole =
                    segment.endOffset() <= endOffset && segment.baseOffset() >= log.startOffset();
            if (whole && segment.maxTimestampMs() <= bestMs) {
                continue;
            }
            Place place = greatestIn(segment, endOffset, bestMs, whole);
            if (place != null) {
                best = place;
                bestMs = visibleMs(place);
            }
        }
        return best == null ? NONE : inBatch(best, bestMs, endOffset);
    }

    /**
     * The batch below {@code endOffset} with the greatest timestamp, where that is greater than
     * {@code aboveMs}.
     *
     * @param whole whether all of the segment counts: then it knows which batch that is
     */
    private @Nullable Place greatestIn(
            LogSegment segment, long endOffset, long aboveMs, boolean whole) throws IOException {
        @Nullable Place[] place = {null};
        long[] best = {aboveMs};
        long from = whole ? segment.maxTimestampOffset() : log.startOffset();
        log.search.walk(
                segment,
                log.search.position(segment, from),
                whole ? BatchCursor.HEADER_BYTES : BatchCursor.WALK_BYTES,
                batch -> {
                    if (batch.lastOffset() >= endOffset) {
                        return false;
                    }
                    Place here = placeOf(segment, batch);
                    boolean cut =
                            BatchHeader.baseOffset(batch.header(), batch.at()) < log.startOffset();
                    long ms = cut ? visibleMs(here) : batch.maxTimestampMs();
                    if (ms > best[0]) {
                        best[0] = ms;
                        place[0] = here;
                    }
                    return !whole;
                });
        return place[0];
    }

    /** The greatest timestamp in a batch of the records from the log's start on. */
    private long visibleMs(Place place) throws IOException {
        ByteBuffer batch = read(place);
        if (BatchHeader.baseOffset(batch, 0) >= log.startOffset() || !isGood(place)) {
            return BatchHeader.maxTimestampMs(batch, 0);
        }
        long greatest = Long.MIN_VALUE;
        try (RecordTimes records = new RecordTimes(batch, AppendCheck.MAX_DECOMPRESSED_BYTES)) {
            while (records.next()) {
                if (records.offset() >= log.startOffset()) {
                    greatest = Math.max(greatest, records.timestampMs());
                }
            }
        }
        return greatest;
    }
}
