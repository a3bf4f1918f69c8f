package io.tidemark.partition.log;

import io.tidemark.environment.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;

/**
 * One partition's log in {@code <topic>-<partition>/} of a {@link LogStore}. One thread at a time,
 * except {@link SyncTicket#run}, {@link #purgeDeleted} and {@link ReadOutcome.Bytes#release}. An
 * IOException from any method means that the log directory has failed, but for {@link
 * io.tidemark.environment.DiskFullException}: then nothing was appended and the log goes on.
 */
public final class PartitionLog implements AutoCloseable {

    private PartitionLog() {}

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
        throw new UnsupportedOperationException();
    }

    /**
     * Appends batches as a leader sent them, with offsets and epochs given; offsets must not go
     * back. Nothing but structure, CRC and order is checked.
     */
    public AppendOutcome appendAsFollower(ByteBuffer records) throws IOException {
        throw new UnsupportedOperationException();
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
        throw new UnsupportedOperationException();
    }

    /** What a read found. */
    public sealed interface ReadOutcome {
        /**
         * Bytes in one segment file; length 0 at the end of the log. Call {@link Bytes#release}
         * when they were sent: a deleted segment's file stays open until then.
         */
        non-sealed interface Bytes extends ReadOutcome {
            DiskFile file();

            long position();

            int length();

            void release();
        }

        /** The offset lies before the log's start or after its end. */
        record OutOfRange(long logStartOffset, long logEndOffset) implements ReadOutcome {}

        /** A CRC or structure failure was found here before: quarantined, never served. */
        record Corrupt(long fromOffset, String message) implements ReadOutcome {}
    }

    public long logStartOffset() {
        throw new UnsupportedOperationException();
    }

    /** The offset the next record gets. */
    public long logEndOffset() {
        throw new UnsupportedOperationException();
    }

    /** All records below it are durable. */
    public long flushedEndOffset() {
        throw new UnsupportedOperationException();
    }

    /**
     * What a sync must make durable now: records, leader epochs, the log start offset. {@link
     * SyncTicket#run} may be called on any thread while appends go on; afterwards {@link #synced}
     * must be called on the owner's. One ticket at a time: the next may be prepared after that.
     */
    public SyncTicket prepareSync() {
        throw new UnsupportedOperationException();
    }

    /** A sync that was prepared. */
    public interface SyncTicket {
        /** Forces the files. A failure is fatal for the log directory. */
        void run() throws IOException;
    }

    /** Moves {@link #flushedEndOffset} to what the ticket covers. */
    public void synced(SyncTicket ticket) {
        throw new UnsupportedOperationException();
    }

    /** Notes that this replica leads (or follows) in {@code leaderEpoch} from the log end on. */
    public void startLeaderEpoch(int leaderEpoch) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** The newest leader epoch with records or started here; -1 where none. */
    public int latestLeaderEpoch() {
        throw new UnsupportedOperationException();
    }

    /**
     * KIP-101/279: the largest epoch at most {@code leaderEpoch}, and the end offset of it; (-1,
     * -1) where unknown.
     */
    public EpochEnd endOffsetForEpoch(int leaderEpoch) {
        throw new UnsupportedOperationException();
    }

    /** An epoch and the offset after its last record. */
    public record EpochEnd(int leaderEpoch, long endOffset) {}

    /** The leader epoch that the record at {@code offset} was written in; -1 where unknown. */
    public int leaderEpochOf(long offset) {
        throw new UnsupportedOperationException();
    }

    /**
     * The first record with a timestamp of at least {@code timestampMs}, below {@code endOffset};
     * empty where none.
     */
    public java.util.Optional<TimestampOffset> offsetForTimestamp(long timestampMs, long endOffset)
            throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * The record with the greatest timestamp below {@code endOffset}; empty where there is no
     * record.
     */
    public java.util.Optional<TimestampOffset> maxTimestamp(long endOffset) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * @param leaderEpoch -1 where unknown
     */
    public record TimestampOffset(long timestampMs, long offset, int leaderEpoch) {}

    /**
     * DeleteRecords: moves the start to {@code offset} (clamped to {@code highWatermark} by the
     * caller) and drops whole segments below it. Durable after the next sync that is prepared: only
     * then may it be acknowledged.
     */
    public void deleteRecordsBefore(long offset) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Drops segments past retention.ms and retention.bytes, none above {@code highWatermark}; rolls
     * by time where due. Returns the bytes freed.
     */
    public long applyRetention(long highWatermark) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Works on the segments that retention and DeleteRecords dropped: renames their files to {@code
     * .deleted}, and removes them file.delete.delay.ms later. Any thread, one at a time; it syncs
     * the directory. Returns the bytes freed.
     */
    public long purgeDeleted(long nowMs) throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Checks the CRCs of the next {@code budgetBytes} or so of what is flushed, round and round;
     * what is found bad is quarantined and appears in {@link #corruption}. Returns the bytes read.
     */
    public long scrub(int budgetBytes) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Forgets producers idle for longer than the configured expiry. */
    public void expireProducers() {
        throw new UnsupportedOperationException();
    }

    /** Cuts the log so that {@code offset} is its end. */
    public void truncateTo(long offset) throws IOException {
        throw new UnsupportedOperationException();
    }

    /** Takes a changed configuration from the next operation on. */
    public void configure(LogConfig config) {
        throw new UnsupportedOperationException();
    }

    /** Bytes of all segments. */
    public long sizeBytes() {
        throw new UnsupportedOperationException();
    }

    /** Ranges found corrupt, for health and metrics; empty where all is well. */
    public List<String> corruption() {
        throw new UnsupportedOperationException();
    }

    /**
     * Producers with state here: id, epoch, last sequence, last timestamp, for DescribeProducers.
     */
    public List<ProducerEntry> producers() {
        throw new UnsupportedOperationException();
    }

    /** One producer's state. */
    public record ProducerEntry(
            long producerId,
            short producerEpoch,
            int lastSequence,
            long lastTimestampMs,
            OptionalLong txnStartOffset) {}

    /** Syncs, writes producer snapshot and recovery point, closes files. */
    @Override
    public void close() throws IOException {
        throw new UnsupportedOperationException();
    }

    /**
     * Renames the folder to {@code <name>.<id>-delete} and deletes it; closes first. Open reads
     * keep their files.
     */
    public void delete() throws IOException {
        throw new UnsupportedOperationException();
    }
}
