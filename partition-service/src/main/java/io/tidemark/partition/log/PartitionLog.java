package io.tidemark.partition.log;

import io.tidemark.environment.DiskFile;
import io.tidemark.environment.DiskFullException;
import io.tidemark.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One partition's log in {@code <topic>-<partition>/} of a {@link LogStore}. One thread at a time,
 * except {@link SyncTicket#run}, {@link #purgeDeleted} and {@link ReadOutcome.Bytes#release}. An
 * IOException from any method means that the log directory has failed, or where {@link LogFault}
 * says so, this log; but for {@link io.tidemark.environment.DiskFullException}: then nothing was
 * appended and the log goes on.
 */
public final class PartitionLog implements AutoCloseable {

    private final LogStore store;
    private final LogState log;
    private final LogAppender appender;
    private final LogReader reader;
    private final TimestampSearch timestamps;
    private final Retention retention;
    private final LogChecks checks;
    private @Nullable LogSync sync;
    private boolean closed;

    PartitionLog(LogStore store, LogState log) {
        this.store = store;
        this.log = log;
        this.appender = new LogAppender(log);
        this.checks = new LogChecks(log);
        this.reader = new LogReader(log, checks);
        this.timestamps = new TimestampSearch(log, checks);
        this.retention = new Retention(log);
    }

    /** How to open. */
    public enum Recovery {
        CLEAN,
        UNCLEAN
    }

    /**
     * Checks and appends the batches in {@code records} (magic 2, one or more, whole), assigning
     * offsets and {@code leaderEpoch} in place. Nothing is durable before a sync.
     */
    public AppendOutcome append(ByteBuffer records, int leaderEpoch) throws IOException {
        return append(records, leaderEpoch, RecordChecks.ALL);
    }

    /** As above, with less of a look at the records. */
    public AppendOutcome append(ByteBuffer records, int leaderEpoch, RecordChecks checks)
            throws IOException {
        return appender.fromProducer(records, leaderEpoch, checks);
    }

    /**
     * Appends batches as a leader sent them, with offsets and epochs given; offsets must go on from
     * the log's end. Nothing but structure, CRC and order is checked. An empty log takes a batch
     * that its start lies within: the leader's start may lie there, too.
     */
    public AppendOutcome appendAsFollower(ByteBuffer records) throws IOException {
        if (log.endOffset() == log.startOffset() && beginsBeforeStart(records)) {
            restartAt(BatchHeader.baseOffset(records, records.position()), log.startOffset());
        }
        return appender.fromLeader(records);
    }

    private boolean beginsBeforeStart(ByteBuffer records) {
        int at = records.position();
        return records.remaining() >= BatchHeader.SIZE_BYTES
                && BatchHeader.baseOffset(records, at) < log.startOffset()
                && BatchHeader.lastOffset(records, at) >= log.startOffset();
    }

    /** What became of an append. */
    public sealed interface AppendOutcome {
        /**
         * @param appendTimeMs -1 with message.timestamp.type=CreateTime
         */
        record Appended(long baseOffset, long lastOffset, long appendTimeMs)
                implements AppendOutcome {}

        /** An idempotent producer's retry: the offsets it got the first time. */
        record Duplicate(long baseOffset, long lastOffset, long appendTimeMs)
                implements AppendOutcome {}

        /**
         * @param error the Kafka protocol's error number
         */
        record Rejected(short error, String message) implements AppendOutcome {}

        /** Nothing was appended: a brief check could not see all of the records. */
        record Unchecked() implements AppendOutcome {}
    }

    /**
     * Finds the bytes from the batch that holds {@code offset} on.
     *
     * @param endOffset exclusive bound (high watermark, or log end for replicas): no batch beyond
     *     it
     * @param maxBytes cut there, possibly within a batch
     * @param wholeFirstBatch exceed {@code maxBytes} for the first batch rather than return less
     *     than it
     */
    public ReadOutcome read(long offset, long endOffset, int maxBytes, boolean wholeFirstBatch)
            throws IOException {
        return checks.examined(
                () -> reader.read(offset, endOffset, maxBytes, wholeFirstBatch),
                () -> reader.corrupt(offset));
    }

    /** What a read found. */
    public sealed interface ReadOutcome {
        /**
         * Bytes in one segment file; length 0, and no file, at the end of the log. Call {@link
         * Bytes#release} when they were sent: a deleted segment's file stays open until then.
         */
        non-sealed interface Bytes extends ReadOutcome {
            DiskFile file();

            long position();

            int length();

            /** Whether more was asked for, is there, and has to be checked first. */
            boolean cut();

            void release();
        }

        /** The offset lies before the log's start or after its end. */
        record OutOfRange(long logStartOffset, long logEndOffset) implements ReadOutcome {}

        /**
         * A CRC or structure failure was found here before: quarantined, never served.
         *
         * @param readableFrom the first offset behind it that is not quarantined
         */
        record Corrupt(long fromOffset, long readableFrom, String message) implements ReadOutcome {}
    }

    public long logStartOffset() {
        return log.startOffset();
    }

    /** The offset the next record gets. */
    public long logEndOffset() {
        return log.endOffset();
    }

    /** All records below it are durable. */
    public long flushedEndOffset() {
        return log.flushedEndOffset;
    }

    /**
     * What a sync must make durable now: records, leader epochs, the log start offset. {@link
     * SyncTicket#run} may be called on any thread while appends go on; afterwards {@link #synced}
     * must be called on the owner's. One ticket at a time: the next may be prepared after that.
     */
    public SyncTicket prepareSync() throws IOException {
        if (sync != null) {
            throw new IllegalStateException("A sync of " + log.folder.name() + " is under way");
        }
        List<SharedFile> files = log.unsyncedFiles;
        LogSegment active = log.segments.active();
        if (active.made() && (log.endOffset() > log.flushedEndOffset || log.namesUnsynced())) {
            files.add(active.log().retain());
        }
        log.unsyncedFiles = new ArrayList<>(1);
        sync = new LogSync(log, store, files);
        return sync;
    }

    /** A sync that was prepared. */
    public interface SyncTicket {
        /** Forces the files. A failure is fatal for the log directory. */
        void run() throws IOException;

        /**
         * Whether it made everything durable; asked when it has run. Where the disk was full some
         * of it was not, and the next sync tries again: {@link #flushedEndOffset} tells the records
         * that are durable.
         */
        boolean complete();
    }

    /** Moves {@link #flushedEndOffset} to what the ticket covers. */
    public void synced(SyncTicket ticket) {
        if (sync == null || ticket != sync) {
            throw new IllegalStateException("Not the sync under way");
        }
        sync.finish();
        sync = null;
    }

    /** Notes that this replica leads (or follows) in {@code leaderEpoch} from the log end on. */
    public void startLeaderEpoch(int leaderEpoch) throws IOException {
        log.epochs.assign(leaderEpoch, log.endOffset());
    }

    /**
     * Forgets the leader epochs that were started here and have no records: who follows gets them
     * from the leader, or never.
     */
    public void forgetEmptyEpochs() {
        log.epochs.truncateFromEnd(log.endOffset());
    }

    /** The leader epoch of the last record; -1 where there is none, or it is not known. */
    public int lastRecordEpoch() {
        long end = log.endOffset();
        return end > log.startOffset() ? log.epochs.epochOf(end - 1) : LeaderEpochs.NONE;
    }

    /** The newest leader epoch with records or started here; -1 where none. */
    public int latestLeaderEpoch() {
        return log.epochs.latest();
    }

    /**
     * KIP-101/279: the largest epoch at most {@code leaderEpoch}, and the end offset of it; (-1,
     * -1) where unknown.
     */
    public EpochEnd endOffsetForEpoch(int leaderEpoch) {
        return log.epochs.endOffset(leaderEpoch, log.endOffset());
    }

    /**
     * Where the log of another replica parts ways with this one; empty where it does not.
     *
     * @param lastEpoch of the other's last record, before {@code endOffset}; -1 where it has none
     */
    public Optional<EpochEnd> divergence(long endOffset, int lastEpoch) {
        return log.epochs.divergence(endOffset, lastEpoch, log.endOffset());
    }

    /** An epoch and the offset after its last record. */
    public record EpochEnd(int leaderEpoch, long endOffset) {}

    /** The leader epoch that the record at {@code offset} was written in; -1 where unknown. */
    public int leaderEpochOf(long offset) {
        return log.epochs.epochOf(offset);
    }

    /** The first record with a timestamp of at least {@code timestampMs} below an offset. */
    public TimestampOutcome offsetForTimestamp(long timestampMs, long endOffset)
            throws IOException {
        return checks.examined(
                () -> timestamps.first(timestampMs, endOffset), TimestampOutcome.Corrupt::new);
    }

    /** The record with the greatest timestamp below {@code endOffset}. */
    public TimestampOutcome maxTimestamp(long endOffset) throws IOException {
        return checks.examined(() -> timestamps.greatest(endOffset), TimestampOutcome.Corrupt::new);
    }

    /**
     * DeleteRecords: moves the start to {@code offset} (clamped to {@code highWatermark} by the
     * caller) and drops whole segments below it. Durable after the next sync that is prepared: only
     * then may it be acknowledged.
     */
    public void deleteRecordsBefore(long offset) throws IOException {
        if (offset > log.startOffset()) {
            log.startAt(Math.min(offset, log.endOffset()));
        }
    }

    /**
     * Drops segments past retention.ms and retention.bytes, none above {@code highWatermark}; rolls
     * by time where due. Returns the bytes freed.
     */
    public long applyRetention(long highWatermark) throws IOException {
        return retention.apply(highWatermark);
    }

    /**
     * Works on the segments that retention and DeleteRecords dropped: renames their files to {@code
     * .deleted}, and removes them file.delete.delay.ms later. Any thread, one at a time; it syncs
     * the directory. Returns the bytes freed.
     */
    public long purgeDeleted(long nowMs) throws IOException {
        return log.dropped.purge(nowMs);
    }

    /**
     * Checks the CRCs of the next {@code budgetBytes} or so of what is flushed, round and round;
     * what is found bad is quarantined and appears in {@link #corruption}. Returns the bytes read.
     */
    public long scrub(int budgetBytes) throws IOException {
        return checks.scrub(budgetBytes);
    }

    /**
     * Checks the CRCs of what a reader at {@code offset} gets first, {@code budgetBytes} or so; as
     * {@link #scrub}. Returns whether anything new was found.
     */
    public boolean verify(long offset, int budgetBytes) throws IOException {
        return checks.verify(offset, budgetBytes);
    }

    /** Looks into what seemed wrong when written or synced: is there damage since last asked? */
    public boolean damageFound() throws IOException {
        return checks.damageFound();
    }

    /** Forgets producers idle for longer than the configured expiry. */
    public void expireProducers() {
        log.producers.expire(log.clock.wallMs() - log.config.producerIdExpiryMs());
    }

    /** Cuts the log so that {@code offset} is its end. */
    public void truncateTo(long offset) throws IOException {
        log.requireUsable();
        try {
            new LogTruncation(log, store).truncateTo(offset);
        } catch (IOException e) {
            log.fail(e);
            throw e;
        }
    }

    /**
     * Drops everything, durably: the log goes on at {@code offset}, which may lie anywhere. A crash
     * in between leaves a beginning of the old log, or an empty one.
     */
    public void restartAt(long offset) throws IOException {
        restartAt(offset, offset);
    }

    private void restartAt(long baseOffset, long logStartOffset) throws IOException {
        log.requireUsable();
        try {
            new LogTruncation(log, store).restartAt(baseOffset, logStartOffset);
        } catch (IOException e) {
            log.fail(e);
            throw e;
        }
    }

    /**
     * The first damaged place, where another replica can give back what it held; empty where all is
     * well, or where the bytes are missing rather than wrong.
     */
    public Optional<Gap> firstGap() {
        return new LogMending(log).firstGap();
    }

    /**
     * A place whose bytes are damaged.
     *
     * @param toOffset exclusive
     */
    public record Gap(long fromOffset, long toOffset, int sizeBytes) {}

    /**
     * Puts back the beginning of the {@link #firstGap} or all of it, durably: whole batches as
     * another replica has them, from the gap's first offset on; what lies behind the gap is left.
     *
     * @return why they do not belong there, and nothing was written; empty where they do
     */
    public Optional<String> mend(ByteBuffer records) throws IOException {
        log.requireUsable();
        try {
            return new LogMending(log).mend(records);
        } catch (DiskFullException e) {
            throw e;
        } catch (IOException e) {
            log.fail(e);
            throw e;
        }
    }

    /** Where the first damaged place begins; empty where all is well. */
    public OptionalLong firstDamagedOffset() {
        return log.quarantine.firstOffset();
    }

    /** The high watermark that the last checkpoint had, or that was noted since. */
    public long notedHighWatermark() {
        return log.marks.highWatermark();
    }

    /** Notes the high watermark for the next {@link LogStore#checkpoint}. */
    public void noteHighWatermark(long offset) {
        log.marks.highWatermark(offset);
    }

    /** Takes a changed configuration from the next operation on. */
    public void configure(LogConfig config) {
        log.config = config;
    }

    /** Bytes of all segments. */
    public long sizeBytes() {
        return log.segments.sizeBytes();
    }

    /** Ranges found corrupt, for health and metrics; empty where all is well. */
    public List<String> corruption() {
        return log.quarantine.describe();
    }

    /**
     * Producers with state here: id, epoch, last sequence, last timestamp, for DescribeProducers.
     */
    public List<ProducerEntry> producers() {
        return log.producers.entries();
    }

    /** One producer's state. */
    public record ProducerEntry(
            long producerId,
            short producerEpoch,
            int lastSequence,
            long lastTimestampMs,
            OptionalLong txnStartOffset) {}

    /**
     * Syncs, writes a producer snapshot, closes files; {@link LogStore#checkpoint} is still to be
     * called. Nothing is made durable of a log that was never written to. A log that failed, or
     * whose last sync was never settled, is {@link #abandon abandoned}.
     */
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            boolean written = log.segments.active().made();
            if (written && !log.failed() && sync == null) {
                SyncTicket last = prepareSync();
                last.run();
                synced(last);
                if (!last.complete()) {
                    throw new DiskFullException(log.folder.name() + ": not all of it is durable");
                }
                finishFiles();
            }
        } finally {
            closeFiles();
        }
    }

    /**
     * Closes without making anything durable, as a crash would; where the log directory has failed,
     * or the log is to be deleted. Open reads keep their files.
     */
    public void abandon() {
        closed = true;
        closeFiles();
    }

    /** Leaves nothing to do for the next start. */
    private void finishFiles() throws IOException {
        LogSegment active = log.segments.active();
        active.seal();
        active.force();
        SharedFile snapshot = ProducerSnapshot.write(log.folder, log.endOffset(), log.producers);
        try {
            snapshot.file().force();
        } finally {
            snapshot.release();
        }
        log.folder.disk().syncDirectory(log.folder.name());
    }

    /** Closes the indexes, which are opened again when needed. */
    void closeIndexes() {
        log.segments.all().forEach(LogSegment::closeIndexes);
    }

    private void closeFiles() {
        log.dropped.close();
        log.unsyncedFiles.forEach(SharedFile::release);
        log.unsyncedFiles.clear();
        log.segments.all().forEach(LogSegment::closeFiles);
    }
}
