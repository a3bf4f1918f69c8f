package io.tidemark.partition.log;

import io.tidemark.partition.log.PartitionLog.Gap;
import io.tidemark.protocol.record.BatchCheck;
import io.tidemark.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Puts back what a damaged place held. Replicas hold the same batches at the same offsets, byte for
 * byte, so what another has fits exactly: nothing behind it moves, and no index changes.
 */
final class LogMending {
    private final LogState log;

    LogMending(LogState log) {
        this.log = log;
    }

    /** See {@link PartitionLog#firstGap}. */
    Optional<Gap> firstGap() {
        return log.quarantine
                .first()
                .filter(bad -> bad.toPosition() > bad.fromPosition())
                .filter(bad -> log.segments.withBase(bad.segmentBaseOffset()) != null)
                .map(
                        bad ->
                                new Gap(
                                        bad.fromOffset(),
                                        bad.toOffset(),
                                        bad.toPosition() - bad.fromPosition()));
    }

    /** See {@link PartitionLog#mend}. */
    Optional<String> mend(ByteBuffer records) throws IOException {
        Quarantine.Range bad = log.quarantine.first().orElse(null);
        LogSegment segment = bad == null ? null : log.segments.withBase(bad.segmentBaseOffset());
        if (bad == null || segment == null) {
            return Optional.of("There is nothing to mend");
        }
        int start = records.position();
        int at = start;
        long next = bad.fromOffset();
        while (next < bad.toOffset() && isWhole(records, at)) {
            if (!fits(records, at, next, bad.toOffset())) {
                return Optional.of(
                        "Offsets %d to %d in epoch %d do not belong where %d to %d of epoch %d are missing"
                                .formatted(
                                        BatchHeader.baseOffset(records, at),
                                        BatchHeader.lastOffset(records, at),
                                        BatchHeader.leaderEpoch(records, at),
                                        next,
                                        bad.toOffset() - 1,
                                        log.epochs.epochOf(next)));
            }
            next = BatchHeader.lastOffset(records, at) + 1;
            at += BatchHeader.sizeBytes(records, at);
        }
        int given = at - start;
        int room = bad.toPosition() - bad.fromPosition();
        boolean complete = next == bad.toOffset();
        if (given == 0 || given > room || complete != (given == room)) {
            return Optional.of(
                    "%d bytes of offsets %d to %d do not fit where %d bytes hold them up to %d"
                            .formatted(
                                    given, bad.fromOffset(), next - 1, room, bad.toOffset() - 1));
        }
        segment.file().write(records.slice(start, given), bad.fromPosition());
        segment.file().force();
        takeNote(records, start, at);
        dropSnapshotsAbove(bad.fromOffset());
        log.quarantine.mended(bad, next, bad.fromPosition() + given);
        return Optional.empty();
    }

    private static boolean isWhole(ByteBuffer records, int at) {
        return records.limit() - at >= BatchHeader.SIZE_BYTES
                && BatchCheck.check(records, at, BatchCheck.Depth.CRC, Integer.MAX_VALUE)
                        instanceof BatchCheck.Outcome.Valid;
    }

    private boolean fits(ByteBuffer records, int at, long next, long end) {
        int epoch = log.epochs.epochOf(next);
        return BatchHeader.baseOffset(records, at) == next
                && BatchHeader.lastOffset(records, at) < end
                && (epoch < 0 || BatchHeader.leaderEpoch(records, at) == epoch);
    }

    /** The log may have been opened without these batches: producers go on from the newest. */
    private void takeNote(ByteBuffer records, int from, int to) {
        for (int at = from; at < to; at += BatchHeader.sizeBytes(records, at)) {
            ProducerState known = log.producers.find(BatchHeader.producerId(records, at));
            boolean newest =
                    known == null
                            || known.batches() == 0
                            || known.lastOffset(known.slot(0))
                                    < BatchHeader.baseOffset(records, at);
            if (newest) {
                log.producers.appended(records, at, log.clock.wallMs());
            }
        }
    }

    /** They may have been written without these batches. */
    private void dropSnapshotsAbove(long offset) throws IOException {
        for (long snapshot : SegmentFiles.snapshots(log.folder)) {
            if (snapshot > offset) {
                log.folder.disk().delete(log.folder.path(snapshot, LogFolder.SNAPSHOT));
            }
        }
    }
}
