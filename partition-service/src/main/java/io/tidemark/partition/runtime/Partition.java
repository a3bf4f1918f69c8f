package io.tidemark.partition.runtime;

import io.tidemark.environment.DiskFullException;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.log.PartitionLog.AppendOutcome;
import io.tidemark.partition.metrics.PartitionMetrics;
import io.tidemark.partition.replica.Replica;
import io.tidemark.partition.storage.LogDirectory;
import io.tidemark.protocol.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * A partition that this node stores. It belongs to one event loop: all but the identity and {@link
 * #stats} is for that loop's thread, and asserts so.
 */
public final class Partition {
    private final Uuid topicId;
    private final String topic;
    private final int index;
    private final int nodeId;
    private final PartitionLoop loop;
    private final LogDirectory directory;
    private final PartitionLog log;
    private final DirectoryFailures failures;
    private final PartitionMetrics metrics;
    private final Replica replica;
    private final Acknowledgements acknowledgements = new Acknowledgements();
    private final WaitingFetches waitingFetches;
    private List<CompletableFuture<@Nullable Void>> untilSynced = new ArrayList<>();
    private final CompletableFuture<PartitionLog> released = new CompletableFuture<>();
    private final Object purging = new Object();
    private boolean filesGone; // guarded by purging
    private TopicSettings settings;
    private State state = State.ONLINE;
    private boolean syncAsked;
    private boolean syncing;
    private long appendedBytes;
    private long localEnd;
    private volatile PartitionStats stats;

    private enum State {
        ONLINE,
        /** Its log directory has failed. */
        OFFLINE,
        /** Deleted, or the process stops. */
        CLOSED
    }

    /** What a sync will make durable. */
    record PreparedSync(
            PartitionLog.SyncTicket ticket,
            long appendedBytes,
            List<CompletableFuture<@Nullable Void>> waiting) {}

    /** Told when a log directory's disk refuses. Any thread. */
    @FunctionalInterface
    interface DirectoryFailures {
        void failed(LogDirectory directory, IOException cause);
    }

    Partition(
            Uuid topicId,
            String topic,
            int index,
            int nodeId,
            PartitionLoop loop,
            LogDirectory directory,
            PartitionLog log,
            TopicSettings settings,
            DirectoryFailures failures,
            PartitionMetrics metrics) {
        this.topicId = topicId;
        this.topic = topic;
        this.index = index;
        this.nodeId = nodeId;
        this.loop = loop;
        this.directory = directory;
        this.log = log;
        this.settings = settings;
        this.failures = failures;
        this.metrics = metrics;
        this.waitingFetches = new WaitingFetches(loop);
        this.localEnd = log.flushedEndOffset();
        this.replica = new Replica(nodeId, localEnd, settings.minInSync());
        this.stats = PartitionStats.of(log);
    }

    public Uuid topicId() {
        return topicId;
    }

    public String topic() {
        return topic;
    }

    public int index() {
        return index;
    }

    /** The loop that owns it. */
    public PartitionLoop loop() {
        return loop;
    }

    public LogDirectory directory() {
        return directory;
    }

    /** What is known of it on any thread. */
    public PartitionStats stats() {
        return stats;
    }

    /** The log, for reading. Nothing but this class writes it. */
    public PartitionLog log() {
        assertOwned();
        return log;
    }

    public Replica replica() {
        assertOwned();
        return replica;
    }

    /**
     * Why it cannot serve; NONE where it can.
     *
     * @param clientEpoch the leader epoch the client knows; -1 where it names none
     */
    public ErrorCode refusal(int clientEpoch) {
        assertOwned();
        return switch (state) {
            case OFFLINE -> ErrorCode.KAFKA_STORAGE_ERROR;
            case CLOSED -> ErrorCode.NOT_LEADER_OR_FOLLOWER;
            case ONLINE -> {
                ErrorCode epoch = replica.checkEpoch(clientEpoch);
                yield epoch != ErrorCode.NONE || replica.leading()
                        ? epoch
                        : ErrorCode.NOT_LEADER_OR_FOLLOWER;
            }
        };
    }

    /**
     * Appends batches, and answers once they are as safe as asked.
     *
     * @param records edited in place; not used any more when this returns
     * @param allReplicas wait for the in-sync replicas (acks=all), else for this one (acks=1)
     * @param deadlineNanos on the monotonic clock; then the answer is REQUEST_TIMED_OUT
     */
    public void append(
            ByteBuffer records, boolean allReplicas, long deadlineNanos, AppendReply reply) {
        if (!takesRecords(allReplicas, reply)) {
            return;
        }
        int bytes = records.remaining();
        AppendQueue queue = acknowledgements.queue(allReplicas);
        try {
            switch (log.append(records, replica.leaderEpoch())) {
                case AppendOutcome.Appended(long base, long last, long timeMs) -> {
                    appendedBytes += bytes;
                    metrics.appended(bytes);
                    queue.add(last, base, timeMs, deadlineNanos, reply);
                    written(queue);
                }
                case AppendOutcome.Duplicate(long base, long last, long timeMs) -> {
                    queue.add(last, base, timeMs, deadlineNanos, reply);
                    written(queue);
                }
                case AppendOutcome.Rejected rejected ->
                        reply.refused(ErrorCode.of(rejected.error()), rejected.message());
            }
        } catch (DiskFullException e) {
            metrics.diskFull();
            reply.refused(
                    ErrorCode.KAFKA_STORAGE_ERROR,
                    "The disk of log directory %s is full".formatted(directory.path()));
        } catch (IOException e) {
            failed(e);
            reply.refused(ErrorCode.KAFKA_STORAGE_ERROR, directoryHasFailed());
        }
    }

    private boolean takesRecords(boolean allReplicas, AppendReply reply) {
        ErrorCode refusal = refusal(-1);
        if (refusal != ErrorCode.NONE) {
            reply.refused(refusal, "%s cannot take records here".formatted(this));
        } else if (allReplicas && !replica.enoughInSync()) {
            refusal = ErrorCode.NOT_ENOUGH_REPLICAS;
            reply.refused(
                    refusal,
                    "%s has fewer in-sync replicas than min.insync.replicas=%d"
                            .formatted(this, settings.minInSync()));
        }
        return refusal == ErrorCode.NONE;
    }

    private String directoryHasFailed() {
        return "Log directory %s has failed".formatted(directory.path());
    }

    private void written(AppendQueue queue) {
        if (settings.log().fsyncBeforeAck()) {
            if (log.flushedEndOffset() < log.logEndOffset()) {
                askSync();
            }
        } else {
            waitingFetches.committed(appendedBytes);
            stored(log.logEndOffset());
        }
        releaseSafe(); // a retry of what is safe already is answered at once
        if (!queue.isEmpty()) {
            loop.awaiting(this);
        }
    }

    private void askSync() {
        if (!syncAsked) {
            syncAsked = true;
            loop.syncs(directory).add(this);
        }
    }

    @Nullable PreparedSync prepareSync() {
        syncAsked = false;
        if (state != State.ONLINE) {
            return null;
        }
        try {
            PartitionLog.SyncTicket ticket = log.prepareSync();
            List<CompletableFuture<@Nullable Void>> waiting = untilSynced;
            untilSynced = new ArrayList<>();
            syncing = true;
            return new PreparedSync(ticket, appendedBytes, waiting);
        } catch (IOException e) {
            failed(e);
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
        if (state == State.ONLINE) {
            waitingFetches.committed(prepared.appendedBytes);
            stored(log.flushedEndOffset());
            releaseSafe();
        }
        if (prepared.ticket.complete()) {
            prepared.waiting.forEach(waiting -> waiting.complete(null));
        } else {
            DiskFullException full = new DiskFullException("no space to make it durable");
            prepared.waiting.forEach(waiting -> waiting.completeExceptionally(full));
        }
    }

    void syncFailed(PreparedSync prepared, IOException failure) {
        syncEnded();
        goOffline();
        prepared.waiting.forEach(waiting -> waiting.completeExceptionally(failure));
    }

    /**
     * Everything done to the log so far, once it is durable. Fails where the log directory fails or
     * is full.
     */
    public CompletionStage<@Nullable Void> durable() {
        assertOwned();
        CompletableFuture<@Nullable Void> durable = new CompletableFuture<>();
        untilSynced.add(durable);
        askSync();
        return durable;
    }

    /** This replica's own end has moved. */
    private void stored(long end) {
        localEnd = Math.max(localEnd, end);
        if (replica.progress(nodeId, end)) {
            waitingFetches.wakeAfterThisPass();
        }
    }

    private void releaseSafe() {
        acknowledgements.release(localEnd, replica.highWatermark(), log.logStartOffset());
    }

    /** Puts a fetch on the waiting list; it is told of what is appended from now on. */
    public FetchWaiter.Watch watch(FetchWaiter waiter) {
        assertOwned();
        return waitingFetches.add(waiter);
    }

    /** A question about a partition, answered on its loop. */
    @FunctionalInterface
    public interface Question<T> {
        T ask(Partition partition) throws IOException;
    }

    /**
     * Asks on the partition's loop; for what is not the data path. Any thread.
     *
     * @return fails with what the question throws; a broken disk takes its directory offline
     */
    public <T> CompletableFuture<T> ask(Question<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        loop.execute(
                () -> {
                    try {
                        answer.complete(question.ask(this));
                    } catch (DiskFullException | RuntimeException e) {
                        answer.completeExceptionally(e);
                    } catch (IOException e) {
                        failed(e);
                        answer.completeExceptionally(e);
                    }
                });
        return answer;
    }

    /** Gives up appends whose time is over; returns whether none waits any more. */
    boolean expireAppends(long nowNanos) {
        return acknowledgements.expire(nowNanos);
    }

    /** Takes the coordinator's decision about this partition. */
    void apply(PartitionImage image, boolean active) {
        assertOwned();
        if (state != State.ONLINE) {
            return;
        }
        switch (replica.apply(image, active)) {
            case STARTED_LEADING -> {
                try {
                    log.startLeaderEpoch(image.leaderEpoch());
                } catch (IOException e) {
                    failed(e);
                    return;
                }
                stored(
                        settings.log().fsyncBeforeAck()
                                ? log.flushedEndOffset()
                                : log.logEndOffset());
                waitingFetches.lookAgain();
            }
            case STOPPED_LEADING ->
                    stopServing(
                            ErrorCode.NOT_LEADER_OR_FOLLOWER,
                            "%s is not led here any more".formatted(this));
            case NONE -> releaseSafe();
        }
    }

    /** Takes a changed configuration. */
    void configure(TopicSettings changed) {
        assertOwned();
        settings = changed;
        if (state == State.ONLINE) {
            log.configure(changed.log());
            replica.configure(changed.minInSync());
            if (changed.log().fsyncBeforeAck()) {
                askSync();
            } else {
                waitingFetches.committed(appendedBytes);
                stored(log.logEndOffset());
            }
            releaseSafe();
        }
    }

    /** Moves the log's start; answers once that is durable. */
    public CompletionStage<@Nullable Void> deleteRecordsBefore(long offset) throws IOException {
        assertOwned();
        log.deleteRecordsBefore(offset);
        return durable();
    }

    /** Retention, expiry, and what other threads may know. */
    void keepHouse() {
        assertOwned();
        if (state != State.ONLINE) {
            return;
        }
        try {
            long freed = log.applyRetention(replica.highWatermark());
            if (freed > 0) {
                metrics.retained(freed);
            }
            log.expireProducers();
            refreshStats();
        } catch (DiskFullException e) {
            metrics.diskFull(); // rolling must wait until there is space
        } catch (IOException e) {
            failed(e);
        }
    }

    /** The log, to be scrubbed; null where it is not online. */
    @Nullable PartitionLog scrubbable() {
        assertOwned();
        return state == State.ONLINE ? log : null;
    }

    /** Shows health and metrics the log as it is now. */
    void refreshStats() {
        stats = PartitionStats.of(log);
    }

    /** Removes the files of dropped segments. On worker threads. */
    void purge(long nowMs) throws IOException {
        synchronized (purging) {
            if (!filesGone) {
                log.purgeDeleted(nowMs);
            }
        }
    }

    /** Waits for a purge that runs, and lets no other begin. On a worker, before the end. */
    void endPurging() {
        synchronized (purging) {
            filesGone = true;
        }
    }

    /** A disk operation on the log has failed: the whole log directory goes offline. */
    public void failed(IOException cause) {
        failures.failed(directory, cause);
        goOffline();
    }

    /** Stops serving because the log directory has failed. */
    void goOffline() {
        assertOwned();
        if (state == State.ONLINE) {
            state = State.OFFLINE;
            stopServing(ErrorCode.KAFKA_STORAGE_ERROR, directoryHasFailed());
        }
    }

    /**
     * Lets go of the log, for another thread to close or delete.
     *
     * @return completes when nothing here uses it any more, a sync that is under way included
     */
    CompletableFuture<PartitionLog> release() {
        assertOwned();
        if (state != State.CLOSED) {
            state = State.CLOSED;
            stopServing(
                    ErrorCode.NOT_LEADER_OR_FOLLOWER,
                    "%s is not served here any more".formatted(this));
            if (!syncing) {
                released.complete(log);
            }
        }
        return released;
    }

    private void stopServing(ErrorCode error, String message) {
        acknowledgements.fail(error, message);
        untilSynced.forEach(waiting -> waiting.completeExceptionally(new IOException(message)));
        untilSynced = new ArrayList<>();
        waitingFetches.lookAgain();
    }

    boolean online() {
        return state == State.ONLINE;
    }

    private void assertOwned() {
        if (!loop.inLoop()) {
            throw new IllegalStateException(
                    "%s touched by %s".formatted(this, Thread.currentThread().getName()));
        }
    }

    @Override
    public String toString() {
        return topic + "-" + index;
    }
}
