package io.tidemark.partition.log;

import io.tidemark.environment.DiskFullException;
import io.tidemark.partition.log.PartitionLog.AppendOutcome;
import io.tidemark.partition.log.PartitionLog.AppendOutcome.Appended;
import io.tidemark.partition.log.PartitionLog.AppendOutcome.Duplicate;
import io.tidemark.partition.log.PartitionLog.AppendOutcome.Rejected;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Appends to a log: checks, assigns, writes once, and takes note. */
final class LogAppender {
    private static final long CREATE_TIME = -1;

    private final LogState log;

    /** Whether a failed write was cut off and that cut is not durable yet. */
    private boolean cutUnforced;

    LogAppender(LogState log) {
        this.log = log;
    }

    AppendOutcome fromProducer(ByteBuffer records, int leaderEpoch, RecordChecks checks)
            throws IOException {
        log.requireUsable();
        long nowMs = log.clock.wallMs();
        AppendOutcome problem = AppendCheck.fromProducer(records, log.config, nowMs, checks);
        if (problem != null) {
            return problem;
        }
        AppendOutcome known = judgeSequence(records);
        if (known != null) {
            return known;
        }
        long baseOffset = log.endOffset();
        long endOffset = assign(records, baseOffset, leaderEpoch, nowMs);
        write(records, endOffset - 1, nowMs);
        return new Appended(
                baseOffset, endOffset - 1, log.config.logAppendTime() ? nowMs : CREATE_TIME);
    }

    AppendOutcome fromLeader(ByteBuffer records) throws IOException {
        log.requireUsable();
        Rejected rejected = AppendCheck.fromLeader(records, log.endOffset(), log.epochs.latest());
        if (rejected != null) {
            return rejected;
        }
        long lastOffset = log.endOffset() - 1;
        long baseOffset = log.endOffset();
        for (int at = records.position(); at < records.limit(); ) {
            lastOffset = BatchHeader.lastOffset(records, at);
            at += BatchHeader.sizeBytes(records, at);
        }
        if (records.hasRemaining()) {
            baseOffset = BatchHeader.baseOffset(records, records.position());
            write(records, lastOffset, log.clock.wallMs());
        }
        return new Appended(baseOffset, lastOffset, CREATE_TIME);
    }

    /** Null where the batch is to be appended. */
    private @Nullable AppendOutcome judgeSequence(ByteBuffer records) {
        int at = records.position();
        if (!BatchHeader.hasProducerId(records, at)) {
            return null;
        }
        ProducerState state = log.producers.find(BatchHeader.producerId(records, at));
        if (state == null) {
            // Whatever was known may have expired: any sequence may begin (KIP-360).
            return null;
        }
        short epoch = BatchHeader.producerEpoch(records, at);
        int baseSequence = BatchHeader.baseSequence(records, at);
        int lastSequence = BatchHeader.lastSequence(records, at);
        return switch (state.judge(epoch, baseSequence, lastSequence)) {
            case NEXT -> null;
            case DUPLICATE -> duplicate(state, state.find(baseSequence, lastSequence));
            case GAP ->
                    AppendCheck.rejected(
                            ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER,
                            "Sequence %d of producer %d, epoch %d, is not the next one"
                                    .formatted(baseSequence, state.producerId(), epoch));
            case OLD_EPOCH ->
                    AppendCheck.rejected(
                            ErrorCode.INVALID_PRODUCER_EPOCH,
                            "Producer %d has epoch %d by now, not %d"
                                    .formatted(state.producerId(), state.epoch(), epoch));
        };
    }

    private Duplicate duplicate(ProducerState state, int slot) {
        long lastOffset = state.lastOffset(slot);
        return new Duplicate(
                lastOffset - state.offsetDelta(slot),
                lastOffset,
                log.config.logAppendTime() ? state.timestampMs(slot) : CREATE_TIME);
    }

    /** Edits the batches in place. Returns the offset after them. */
    private long assign(ByteBuffer records, long baseOffset, int leaderEpoch, long nowMs) {
        long offset = baseOffset;
        for (int at = records.position(); at < records.limit(); ) {
            BatchHeader.setBaseOffset(records, at, offset);
            BatchHeader.setLeaderEpoch(records, at, leaderEpoch);
            if (log.config.logAppendTime()) {
                BatchHeader.setLogAppendTime(records, at, nowMs);
            }
            offset = BatchHeader.lastOffset(records, at) + 1;
            at += BatchHeader.sizeBytes(records, at);
        }
        return offset;
    }

    private void write(ByteBuffer records, long lastOffset, long nowMs) throws IOException {
        try {
            if (cutUnforced) {
                // Else a crash could mix what was cut off with what comes now.
                log.segments.active().file().force();
                cutUnforced = false;
            }
            long timestampMs = BatchHeader.maxTimestampMs(records, records.position());
            if (shouldRoll(records.remaining(), lastOffset, timestampMs, nowMs)) {
                log.roll();
            }
            log.makeFiles();
            LogSegment active = log.segments.active();
            active.flushIndexesIfFull();
            log.activeSuspect |= active.sizeIsOther();
            active.checked().appended(active.sizeBytes(), log.clock.nanos());
            writeWhole(active, records);
            takeNote(active, records, nowMs);
        } catch (DiskFullException e) {
            throw e;
        } catch (IOException e) {
            log.fail(e);
            throw e;
        }
    }

    private void writeWhole(LogSegment active, ByteBuffer records) throws IOException {
        try {
            active.write(records);
        } catch (DiskFullException e) {
            if (e.getSuppressed().length > 0) {
                throw new IOException("A partial write could not be cut off", e);
            }
            cutUnforced = true;
            throw e;
        }
    }

    private void takeNote(LogSegment active, ByteBuffer records, long nowMs) throws IOException {
        for (int at = records.position(); at < records.limit(); ) {
            log.recent.add(BatchHeader.lastOffset(records, at), active.sizeBytes());
            log.epochs.assign(
                    BatchHeader.leaderEpoch(records, at), BatchHeader.baseOffset(records, at));
            log.producers.appended(records, at, nowMs);
            active.added(records, at, log.config.indexIntervalBytes());
            at += BatchHeader.sizeBytes(records, at);
        }
    }

    private boolean shouldRoll(int bytes, long lastOffset, long timestampMs, long nowMs)
            throws IOException {
        LogSegment active = log.segments.active();
        if (active.sizeBytes() == 0) {
            return false;
        }
        LogConfig config = log.config;
        return active.sizeBytes() > config.segmentSizeBytes() - bytes
                || active.indexFull(config.indexSizeBytes())
                || lastOffset - active.baseOffset() > Integer.MAX_VALUE
                || Retention.oldEnough(active, config.segmentMs(), timestampMs, nowMs);
    }
}
