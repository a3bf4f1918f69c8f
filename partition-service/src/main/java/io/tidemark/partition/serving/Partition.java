package io.tidemark.partition.serving;

import io.tidemark.environment.DiskFullException;
import io.tidemark.metadata.command.CommandResult.PartitionOutcome;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.partition.log.PartitionLog;
import io.tidemark.partition.replica.IsrProposal;
import io.tidemark.partition.replica.Nodes;
import io.tidemark.partition.replica.Replica;
import io.tidemark.partition.replica.ReplicaFetch;
import io.tidemark.partition.replication.FetchPosition;
import io.tidemark.partition.replication.Followed;
import io.tidemark.partition.storage.LogDirectory;
import io.tidemark.protocol.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A partition that this node stores. All but the identity and {@link #stats} is for its event loop,
 * and asserts so.
 *
 * <pre>
 *  what comes in -> LeaderSide, FollowerSide or Mending does it to the log
 *                -> Replica decides what that comes to -> {@link #perform} carries it out
 * </pre>
 */
public final class Partition implements Followed, StoredLog.Events {
    private static final Logger log = LoggerFactory.getLogger(Partition.class);

    private final PartitionIdentity identity;
    private final Surroundings around;
    private final StoredLog stored;
    private final Replica replica;
    private final LeaderSide leaderSide;
    private final FollowerSide followerSide;
    private final Mending mending;
    private final Admission admission;
    private final WaitingFetches waitingFetches;
    private TopicSettings settings;
    private @Nullable PartitionImage image;
    private boolean active;
    private final Traffic traffic = new Traffic();
    private volatile PartitionStats stats;

    /**
     * @param stored an open log, which belongs to this partition from now on
     */
    public Partition(
            PartitionIdentity identity,
            Surroundings around,
            LogDirectory directory,
            PartitionLog stored,
            TopicSettings settings) {
        this.identity = identity;
        this.around = around;
        this.settings = settings;
        this.stored = new StoredLog(directory, stored, around.loop().syncs(directory), this);
        this.replica =
                new Replica(
                        around.nodeId(),
                        stored.flushedEndOffset(),
                        Math.max(stored.notedHighWatermark(), stored.logStartOffset()),
                        settings.rules());
        this.waitingFetches = new WaitingFetches(around.loop());
        this.admission = new Admission(this.stored, replica);
        Parts parts =
                new Parts(
                        identity,
                        this.stored,
                        replica,
                        admission,
                        around,
                        traffic,
                        this::settings,
                        this::enter);
        this.leaderSide = new LeaderSide(parts);
        this.followerSide = new FollowerSide(parts);
        this.mending = new Mending(parts, followerSide);
        this.stats = PartitionStats.of(stored, replica, traffic);
    }

    @Override
    public Uuid topicId() {
        return identity.topicId();
    }

    public String topic() {
        return identity.topic();
    }

    @Override
    public int index() {
        return identity.index();
    }

    /** The loop that owns it. */
    public PartitionLoop loop() {
        return around.loop();
    }

    public LogDirectory directory() {
        return stored.directory();
    }

    /** What is known of it on any thread. */
    public PartitionStats stats() {
        return stats;
    }

    /** The log, for reading. Nothing but this partition writes it. */
    public PartitionLog log() {
        assertOwned();
        return stored.log();
    }

    public Replica replica() {
        assertOwned();
        return replica;
    }

    /** What goes in and out. */
    public Traffic traffic() {
        return traffic;
    }

    /** The log with what belongs to it, on any thread as far as it allows that. */
    public StoredLog stored() {
        return stored;
    }

    /** What its topic is configured to, as of now. */
    public TopicSettings settings() {
        return settings;
    }

    /** Who may be served. */
    public Admission admission() {
        assertOwned();
        return admission;
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
        leaderSide.append(records, allReplicas, deadlineNanos, reply);
        perform();
    }

    /**
     * A replica asks this leader for records, and tells by its offset what is safe there.
     *
     * @param leaderEpoch the one it follows in
     * @param first whether the request is looked at for the first time: what it says of the replica
     *     may not be true any more later
     */
    public ReplicaAnswer fetched(ReplicaFetch fetch, int leaderEpoch, boolean first) {
        assertOwned();
        ReplicaAnswer answer = leaderSide.fetched(fetch, leaderEpoch, first);
        perform();
        if (first && answer instanceof ReplicaAnswer.Reads) {
            propose(fetch.nodeId(), around.clock().nanos());
        }
        return answer;
    }

    /** A replica is handed records from an offset on. */
    public void handedOut(int nodeId, long offset, int bytes) {
        assertOwned();
        if (leaderSide.handedOut(nodeId, offset, bytes)) {
            damaged();
        }
    }

    /**
     * Puts a fetch on a waiting list; it is told of what it may read from now on.
     *
     * @param ofReplica replicas read up to the log's end, others up to the high watermark
     */
    public FetchWaiter.Watch watch(FetchWaiter waiter, boolean ofReplica) {
        assertOwned();
        return (ofReplica ? leaderSide.followers() : waitingFetches).add(waiter);
    }

    /** Whether consumers are to be sent to a replica that is closer to them. */
    public boolean rackAware() {
        assertOwned();
        return settings.replication().rackAware();
    }

    /**
     * Asks on the partition's loop; for what is not the data path. Any thread.
     *
     * @return fails with what the question throws; a broken disk takes its directory offline
     */
    public <T> CompletableFuture<T> ask(Question<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        around.loop()
                .execute(
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

    /** Moves the log's start; answers once that is durable. */
    public CompletionStage<@Nullable Void> deleteRecordsBefore(long offset) throws IOException {
        assertOwned();
        stored.log().deleteRecordsBefore(offset);
        leaderSide.followers().lookAgain();
        return stored.durable();
    }

    /** Everything done to the log so far, once it is durable. */
    public CompletionStage<@Nullable Void> durable() {
        assertOwned();
        return stored.durable();
    }

    @Override
    public @Nullable FetchPosition position() {
        boolean inSync = image != null && image.isr().contains(around.nodeId());
        return mending.mayFetch() ? followerSide.position(inSync) : null;
    }

    @Override
    public Taken take(FetchPosition asked, PartitionData answer) {
        assertOwned();
        Taken taken = followerSide.take(asked, answer);
        mending.leaderEnds(followerSide.leaderEnd());
        perform();
        return taken;
    }

    @Override
    public void synced(boolean complete) {
        replica.stored(stored.log().flushedEndOffset(), around.clock().nanos());
        mending.progressed();
        if (replica.following()) {
            followerSide.synced(complete);
        }
        perform();
    }

    /** Time has passed: replicas that were waited for may have been silent for too long. */
    void tick(long nowNanos) {
        replica.tick(nowNanos);
        perform();
        propose(Nodes.UNKNOWN, nowNanos);
    }

    private void propose(int justFetched, long nowNanos) {
        replica.propose(around.nodes(), justFetched, nowNanos)
                .ifPresent(proposal -> around.reports().propose(this, proposal));
    }

    private void enter(Entrance.Step step) {
        assertOwned();
        try {
            step.run();
        } catch (IOException e) {
            failed(e);
        }
        perform();
    }

    /** Carries out what the parts of this have come to. Every way in ends here. */
    private void perform() {
        if (stored.damageShown()) {
            damaged();
        }
        switch (replica.ready()) {
            case NOTHING -> {}
            case OWN_END_MOVED -> leaderSide.release();
            case HIGH_WATERMARK_MOVED -> {
                stored.log().noteHighWatermark(replica.highWatermark());
                waitingFetches.committed(stored.safeBytes());
                waitingFetches.wakeAfterThisPass();
                leaderSide.committed();
            }
        }
        String loss = mending.takeLoss();
        if (loss != null) {
            around.reports().lost(this, loss);
        }
        if (mending.takeMended()) {
            refreshStats();
            waitingFetches.lookAgain();
        }
        if (followerSide.takeProgressed()) {
            around.replicator().progressed(this);
        }
    }

    /**
     * Takes the coordinator's decision about this partition.
     *
     * @param nowActive whether this node's session stands: without one it leads nothing
     */
    public void apply(PartitionImage decided, boolean nowActive) {
        assertOwned();
        active = nowActive;
        if (!stored.online()) {
            return;
        }
        PartitionImage newest = decided.newerOf(image);
        image = newest;
        replica.written(stored.log().logEndOffset());
        mending.deciding(newest);
        try {
            carryOut(replica.apply(newest, nowActive, around.clock().nanos()), newest);
        } catch (IOException e) {
            failed(e);
        }
        perform();
    }

    private void carryOut(Replica.Transition transition, PartitionImage decided)
            throws IOException {
        switch (transition) {
            case STARTED_LEADING -> {
                around.replicator().follow(this, PartitionImage.NO_LEADER);
                leaderSide.start(decided);
                waitingFetches.lookAgain();
            }
            case STOPPED_LEADING -> {
                stopServing(
                        ErrorCode.NOT_LEADER_OR_FOLLOWER,
                        "%s is not led here any more".formatted(this));
                around.replicator().follow(this, followerSide.start());
            }
            case FOLLOWS_ANEW -> {
                around.replicator().follow(this, followerSide.start());
                waitingFetches.lookAgain();
            }
            case NONE -> around.replicator().progressed(this);
        }
        leaderSide.inSyncChanged(decided);
        mending.decided(decided);
        around.loop().leads(this, replica.leading() && decided.replicas().size() > 1);
    }

    /** What became of a proposal; not called where nobody knows. */
    public void answered(IsrProposal proposal, PartitionOutcome outcome) {
        assertOwned();
        // A smaller set waits for the metadata stream: it may depend on a min.insync.replicas that
        // this node has not seen yet, and nobody may be acknowledged to by the old one.
        outcome.partition()
                .filter(decided -> image == null || decided.isr().containsAll(image.isr()))
                .ifPresent(decided -> apply(decided, active));
        ErrorCode error = ErrorCode.of(outcome.error());
        if (error != ErrorCode.NONE) {
            log.info("Another ISR for {} was refused: {} {}", this, error, outcome.message());
        }
        replica.answered(proposal, error, around.clock().nanos());
        perform();
    }

    /** Takes a changed configuration. */
    public void configure(TopicSettings changed) {
        assertOwned();
        boolean same = settings.equals(changed);
        settings = changed;
        if (same || !stored.online()) {
            return;
        }
        stored.log().configure(changed.log());
        replica.configure(changed.rules(), around.clock().nanos());
        if (changed.log().fsyncBeforeAck()) {
            stored.askSync();
        } else {
            stored.trustWhatIsWritten();
            replica.stored(stored.log().logEndOffset(), around.clock().nanos());
            around.replicator().progressed(this);
        }
        perform();
        leaderSide.release();
    }

    /**
     * Looks at what was opened, before anything is done with it.
     *
     * @param created whether nothing was found: an in-sync replica had something, unless its
     *     partition is just being created
     */
    public void begin(PartitionImage decided, boolean created) {
        assertOwned();
        if (mending.opened(decided, created)) {
            apply(decided, active);
        }
    }

    /** The coordinator has taken note of a loss; this is the partition as it is now. */
    public void lossIsKnown(PartitionImage decided) {
        assertOwned();
        mending.known();
        apply(decided, active);
    }

    /** Damage was found while reading or scrubbing; returns what whoever came upon it is told. */
    public ErrorCode damaged() {
        assertOwned();
        mending.tell();
        refreshStats();
        if (image != null && mending.begin(image, "damage was found")) {
            apply(image, active);
        }
        return mending.refusal();
    }

    /** A disk operation on the log has failed: its directory goes offline, or this log alone. */
    @Override
    public void failed(IOException cause) {
        around.reports().failed(this, cause);
        goOffline();
    }

    /** Stops serving because the log directory, or the log, has failed. */
    public void goOffline() {
        assertOwned();
        if (stored.goOffline()) {
            end(ErrorCode.KAFKA_STORAGE_ERROR, stored.directoryHasFailed());
        }
    }

    /** Retention, expiry, and what other threads may know. */
    public void keepHouse() {
        assertOwned();
        if (stored.online()) {
            stored.keepHouse(replica.highWatermark(), around.metrics());
            refreshStats();
        }
    }

    /** Shows health and metrics the log as it is now; one that is closed or offline, as it was. */
    public void refreshStats() {
        stats = stored.online() ? PartitionStats.of(stored.log(), replica, traffic) : stats;
    }

    /**
     * Lets go of the log, for another thread to close or delete.
     *
     * @return completes when nothing here uses it any more, a sync that is under way included
     */
    public CompletableFuture<PartitionLog> release() {
        assertOwned();
        if (stored.close()) {
            end(ErrorCode.NOT_LEADER_OR_FOLLOWER, "%s is not served here any more".formatted(this));
        }
        return stored.released();
    }

    /** Whether another object could go on with its log, and miss nothing that this one knows. */
    public boolean settled() {
        return stored.online() && mending.isWhole() && !replica.proposing();
    }

    private void end(ErrorCode error, String message) {
        around.replicator().follow(this, PartitionImage.NO_LEADER);
        around.loop().leads(this, false);
        stopServing(error, message);
    }

    private void stopServing(ErrorCode error, String message) {
        leaderSide.stop(error, message);
        waitingFetches.lookAgain();
    }

    private void assertOwned() {
        if (!around.loop().inLoop()) {
            throw new IllegalStateException(
                    "%s touched by %s".formatted(this, Thread.currentThread().getName()));
        }
    }

    @Override
    public String toString() {
        return identity.toString();
    }
}
