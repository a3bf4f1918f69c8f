package io.tidemark.partition.serving;

import io.tidemark.environment.DiskFullException;
import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.metrics.PartitionMetrics;
import io.tidemark.partition.storage.LogDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * A partition's log with its group commits, and the way it is let go of. Belongs to the partition's
 * loop, but for {@link #purge} and {@link #endPurging}.
 *
 * <pre>
 *  ONLINE -> OFFLINE   its log directory has failed
 *  any    -> CLOSED    deleted, or the process stops
 * </pre>
 */
public final class StoredLog {
    private final LogDirectory directory;
    private final PartitionLog log;
    private final SyncQueue syncs;
    private final Events events;
    private final CompletableFuture<PartitionLog> released = new CompletableFuture<>();
    private final Object purging = new Object();
    private boolean filesGone; // guarded by purging
    private List<CompletableFuture<@Nullable Void>> untilSynced = new ArrayList<>();
    private State state = State.ONLINE;
    private boolean syncAsked;
    private boolean syncing;
    private long writtenBytes;
    private long safeBytes;
    private boolean touched;

    enum State {
        ONLINE,
        OFFLINE,
        CLOSED
    }

    /** What the partition is told, on its loop. */
    interface Events {
        /**
         * More of the log is durable.
         *
         * @param complete false where the disk was too full for a part of it
         */
        void synced(boolean complete);

        /** A disk operation has failed: the whole directory goes offline. */
        void failed(IOException cause);
    }

    /** What a sync will make durable. */
    record PreparedSync(
            PartitionLog.SyncTicket ticket,
            long writtenBytes,
            List<CompletableFuture<@Nullable Void>> waiting) {}

    StoredLog(LogDirectory directory, PartitionLog log, SyncQueue syncs, Events events) {
        this.directory = directory;
        this.log = log;
        this.syncs = syncs;
        this.events = events;
    }

    PartitionLog log() {
        return log;
    }

    LogDirectory directory() {
        return directory;
    }

    String directoryHasFailed() {
        return "Log directory %s has failed".formatted(directory.path());
    }

    State state() {
        return state;
    }

    /** Whether it can be read and written. On the loop. */
    public boolean online() {
        return state == State.ONLINE;
    }

    /** Retention and the expiry of producers. */
    void keepHouse(long highWatermark, PartitionMetrics metrics) {
        try {
            long freed = log.applyRetention(highWatermark);
            if (freed > 0) {
                metrics.retained(freed);
            }
            log.expireProducers();
        } catch (DiskFullException e) {
            metrics.diskFull(); // rolling must wait until there is space
        } catch (IOException e) {
            events.failed(e);
        }
    }

    /** Counts bytes that were written; they are safe with the next sync. */
    void wrote(int bytes) {
        writtenBytes += bytes;
        touched = true;
    }

    /** Whether damage has shown since this was asked last, as the log was written or synced. */
    boolean damageShown() {
        if (!touched || !online()) {
            return false;
        }
        touched = false;
        try {
            return log.damageFound();
        } catch (IOException e) {
            events.failed(e);
            return false;
        }
    }

    /** Bytes written since the log was opened. */
    long writtenBytes() {
        return writtenBytes;
    }

    /** What is written counts as safe although it is not durable: the topic wants it so. */
    void trustWhatIsWritten() {
        safeBytes = writtenBytes;
    }

    /** Bytes written since the log was opened that a reader may count on. */
    long safeBytes() {
        return safeBytes;
    }

    /** A disk operation on the log has failed. */
    void failed(IOException cause) {
        events.failed(cause);
    }

    /** Asks for a sync where something is not durable yet; returns whether that is so. */
    boolean syncWhatIsWritten() {
        boolean behind = log.flushedEndOffset() < log.logEndOffset();
        if (behind) {
            askSync();
        }
        return behind;
    }

    void askSync() {
        if (!syncAsked && online()) {
            syncAsked = true;
            syncs.add(this);
        }
    }

    @Nullable PreparedSync prepareSync() {
        syncAsked = false;
        if (!online()) {
            return null;
        }
        try {
            PartitionLog.SyncTicket ticket = log.prepareSync();
            List<CompletableFuture<@Nullable Void>> waiting = untilSynced;
            untilSynced = new ArrayList<>();
            syncing = true;
            return new PreparedSync(ticket, writtenBytes, waiting);
        } catch (IOException e) {
            events.failed(e);
            return null;
        }
    }

    void synced(PreparedSync prepared) {
        log.synced(prepared.ticket);
        syncEnded();
    }

    /** A log is let go of only when no other thread syncs its files. */
    private void syncEnded() {
        syncing = false;
        if (state == State.CLOSED) {
            released.complete(log);
        }
    }

    void afterSync(PreparedSync prepared) {
        boolean complete = prepared.ticket.complete();
        if (online()) {
            safeBytes = Math.max(safeBytes, prepared.writtenBytes);
            touched = true;
            events.synced(complete);
        }
        if (complete) {
            prepared.waiting.forEach(waiting -> waiting.complete(null));
        } else {
            DiskFullException full = new DiskFullException("not all of it could be made durable");
            prepared.waiting.forEach(waiting -> waiting.completeExceptionally(full));
        }
    }

    void syncFailed(PreparedSync prepared, IOException failure) {
        syncEnded();
        events.failed(failure);
        prepared.waiting.forEach(waiting -> waiting.completeExceptionally(failure));
    }

    /** Everything done to the log so far, once it is durable. */
    CompletionStage<@Nullable Void> durable() {
        CompletableFuture<@Nullable Void> durable = new CompletableFuture<>();
        if (!online()) {
            durable.completeExceptionally(new IOException("The log is not served any more"));
            return durable;
        }
        untilSynced.add(durable);
        askSync();
        return durable;
    }

    /** Nothing is written or synced any more; returns whether it was online. */
    boolean goOffline() {
        if (state != State.ONLINE) {
            return false;
        }
        state = State.OFFLINE;
        failWaiting();
        return true;
    }

    /** Returns whether this call has closed it. */
    boolean close() {
        if (state == State.CLOSED) {
            return false;
        }
        state = State.CLOSED;
        failWaiting();
        if (!syncing) {
            released.complete(log);
        }
        return true;
    }

    /** Completes when nothing uses the log any more, a sync that is under way included. */
    CompletableFuture<PartitionLog> released() {
        return released;
    }

    private void failWaiting() {
        IOException gone = new IOException("The log is not served any more");
        untilSynced.forEach(waiting -> waiting.completeExceptionally(gone));
        untilSynced = new ArrayList<>();
    }

    /** Removes the files of dropped segments. On worker threads. */
    public void purge(long nowMs) throws IOException {
        synchronized (purging) {
            if (!filesGone) {
                log.purgeDeleted(nowMs);
            }
        }
    }

    /** Waits for a purge that runs, and lets no other begin. On a worker, before the end. */
    public void endPurging() {
        synchronized (purging) {
            filesGone = true;
        }
    }
}
