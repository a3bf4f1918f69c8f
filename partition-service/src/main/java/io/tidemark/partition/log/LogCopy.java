package io.tidemark.partition.log;

import io.tidemark.partition.log.PartitionLog.AppendOutcome;
import io.tidemark.partition.log.PartitionLog.EpochEnd;
import io.tidemark.partition.log.PartitionLog.ReadOutcome;
import io.tidemark.protocol.record.BatchHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Brings a copy of a log up to it, as a follower is brought up to its leader: what the copy has is
 * named by its end and the leader epoch of its last record, and where the two logs part ways, or
 * the source begins anew, the copy follows. The source may be written meanwhile, by its own thread;
 * the copy belongs to one thread at a time.
 */
public final class LogCopy {
    private final PartitionLog copy;

    public LogCopy(PartitionLog copy) {
        this.copy = copy;
    }

    /**
     * What a copy has.
     *
     * @param lastEpoch of its last record; -1 where there is none
     */
    public record Position(long endOffset, int lastEpoch) {}

    /** What a copy lacks. */
    public sealed interface Portion {
        /** Records that come next. They must be {@link #take taken}, or released. */
        record Records(ReadOutcome.Bytes bytes, long logStartOffset) implements Portion {}

        /** It has everything. */
        record Level(long logStartOffset) implements Portion {}

        /** The logs part ways: the source's epoch ends there. */
        record Differs(int leaderEpoch, long endOffset) implements Portion {}

        /** The source has nothing there: it begins at this offset. */
        record Elsewhere(long logStartOffset) implements Portion {}

        /** The source is damaged there. */
        record Damaged(long offset, String message) implements Portion {}
    }

    /** What became of a portion. */
    public sealed interface Progress {
        record Copied(int bytes) implements Progress {}

        /** Nothing is left to copy, for now. */
        record Complete() implements Progress {}

        /** What was read is no good. */
        record Unreadable(long offset, String message) implements Progress {}
    }

    public Position position() {
        return new Position(copy.logEndOffset(), copy.lastRecordEpoch());
    }

    /**
     * Looks what a copy lacks. On the source's thread.
     *
     * @param endOffset up to where it is to be copied
     */
    public static Portion next(PartitionLog source, Position at, long endOffset, int maxBytes)
            throws IOException {
        Optional<EpochEnd> fork = source.divergence(at.endOffset, at.lastEpoch);
        if (fork.isPresent()) {
            return new Portion.Differs(fork.get().leaderEpoch(), fork.get().endOffset());
        }
        long start = source.logStartOffset();
        if (at.endOffset < start || at.endOffset > source.logEndOffset()) {
            return new Portion.Elsewhere(start);
        }
        if (at.endOffset >= endOffset) {
            return new Portion.Level(start);
        }
        return switch (source.read(at.endOffset, endOffset, maxBytes, true)) {
            case ReadOutcome.Bytes bytes when bytes.length() > 0 ->
                    new Portion.Records(bytes, start);
            case ReadOutcome.Bytes none -> {
                none.release();
                yield new Portion.Level(start);
            }
            case ReadOutcome.OutOfRange gone -> new Portion.Elsewhere(gone.logStartOffset());
            case ReadOutcome.Corrupt bad -> new Portion.Damaged(bad.fromOffset(), bad.message());
        };
    }

    /** The source could not be read: that is not the copy's disk's fault. */
    public static final class SourceException extends IOException {
        private static final long serialVersionUID = 1L;

        SourceException(IOException cause) {
            super("The log that is copied cannot be read: " + cause.getMessage(), cause);
        }
    }

    /**
     * Gives a copy what it lacks, durably. On the copy's thread; blocks.
     *
     * @throws SourceException where the source's file cannot be read
     * @throws IOException where the copy cannot be written; with no space it goes on later
     */
    public Progress take(Portion portion) throws IOException {
        return switch (portion) {
            case Portion.Records records -> append(records);
            case Portion.Level level -> {
                followStart(level.logStartOffset);
                sync();
                yield new Progress.Complete();
            }
            case Portion.Differs differs -> {
                EpochEnd own = copy.endOffsetForEpoch(differs.leaderEpoch);
                copy.truncateTo(
                        own.endOffset() < 0
                                ? differs.endOffset
                                : Math.min(own.endOffset(), differs.endOffset));
                yield new Progress.Copied(0);
            }
            case Portion.Elsewhere elsewhere -> {
                copy.restartAt(elsewhere.logStartOffset);
                sync();
                yield new Progress.Copied(0);
            }
            case Portion.Damaged damaged ->
                    new Progress.Unreadable(damaged.offset, damaged.message);
        };
    }

    private Progress append(Portion.Records records) throws IOException {
        ByteBuffer batches = wholeBatches(read(records.bytes));
        if (batches.hasRemaining()) {
            int bytes = batches.remaining();
            if (copy.appendAsFollower(batches)
                    instanceof AppendOutcome.Rejected(short error, String message)) {
                return new Progress.Unreadable(copy.logEndOffset(), message);
            }
            followStart(records.logStartOffset);
            sync();
            return new Progress.Copied(bytes);
        }
        return new Progress.Unreadable(copy.logEndOffset(), "no whole batch");
    }

    private static ByteBuffer read(ReadOutcome.Bytes bytes) throws SourceException {
        try {
            ByteBuffer buffer = ByteBuffer.allocate(bytes.length());
            bytes.file().read(buffer, bytes.position());
            return buffer.flip();
        } catch (IOException e) {
            throw new SourceException(e);
        } finally {
            bytes.release();
        }
    }

    private static ByteBuffer wholeBatches(ByteBuffer read) {
        int end = 0;
        while (read.limit() - end >= BatchHeader.LENGTH_OVERHEAD) {
            long next = (long) end + BatchHeader.sizeBytes(read, end);
            if (next <= end || next > read.limit()) {
                break;
            }
            end = (int) next;
        }
        return read.limit(end);
    }

    private void followStart(long logStartOffset) throws IOException {
        copy.deleteRecordsBefore(Math.min(logStartOffset, copy.logEndOffset()));
    }

    private void sync() throws IOException {
        PartitionLog.SyncTicket ticket = copy.prepareSync();
        ticket.run();
        copy.synced(ticket);
        if (!ticket.complete()) {
            throw new io.tidemark.environment.DiskFullException("no space to make it durable");
        }
    }
}
