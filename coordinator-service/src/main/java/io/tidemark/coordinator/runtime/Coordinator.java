package io.tidemark.coordinator.runtime;

import io.tidemark.coordinator.election.LeaderBalance;
import io.tidemark.coordinator.group.GroupStates;
import io.tidemark.coordinator.metadata.MetadataState;
import io.tidemark.coordinator.metadata.Proposal;
import io.tidemark.coordinator.quorum.Leadership;
import io.tidemark.coordinator.quorum.LogProgress;
import io.tidemark.coordinator.quorum.NotLeaderException;
import io.tidemark.coordinator.quorum.Quorum;
import io.tidemark.coordinator.session.DrainSlot;
import io.tidemark.coordinator.session.NodeSessions;
import io.tidemark.environment.Clock;
import io.tidemark.environment.Entropy;
import io.tidemark.environment.thread.OwnedThreads;
import io.tidemark.environment.thread.ThreadWatch;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.ElectLeaders.Election;
import io.tidemark.metadata.command.Command.PartitionId;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.control.CoordinatorStatus;
import io.tidemark.metadata.control.MetadataListener;
import io.tidemark.metadata.control.NodeReports;
import io.tidemark.metadata.control.QuorumStatus;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.json.MetadataFormatException;
import io.tidemark.metadata.json.MetadataJson;
import io.tidemark.protocol.ErrorCode;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A coordinator in this process. Commands are decided by the leading one; the others fail them with
 * {@link io.tidemark.coordinator.quorum.NotLeaderException}. While nobody leads, commands wait for
 * this one to lead, up to the command timeout.
 */
public final class Coordinator implements ControlPlane {
    private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);
    private static final long RETRY_MS = 100;

    private final Quorum quorum;
    private final CoordinatorSettings settings;
    private final Clock clock;
    private final Entropy entropy;
    private final MetadataState state = new MetadataState();
    private final MetadataFeed feed = new MetadataFeed();
    private final GroupStates committedGroups = new GroupStates();
    private final GroupCoordinator groups;
    private final CoordinatorThread thread;
    private final CoordinatorThread listeners;
    private final NodeSessions sessions;
    private final CommandObserver observer;
    private final DrainSlot drainSlot;
    private final Reigns reigns = new Reigns();
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile CompletableFuture<Void> ready = new CompletableFuture<>();

    public Coordinator(
            Quorum quorum,
            CoordinatorSettings settings,
            Clock clock,
            Entropy entropy,
            CommandObserver observer,
            GroupParts groupParts,
            OwnedThreads threads) {
        this.thread = new CoordinatorThread("coordinator", threads);
        this.listeners = new CoordinatorThread("coordinator-metadata", threads);
        this.quorum = quorum;
        this.settings = settings;
        this.clock = clock;
        this.entropy = entropy;
        this.observer = observer;
        this.groups =
                new GroupCoordinator(
                        quorum, committedGroups, state::image, groupParts, clock, entropy, threads);
        this.drainSlot = new DrainSlot(settings.drainSlotMs());
        this.sessions =
                new NodeSessions(settings.sessions(), clock, thread, state::image, this::propose);
    }

    /**
     * Restores the metadata from disk and joins the quorum.
     *
     * @throws IOException with a message for operators where the folder cannot be used
     */
    public void start() throws IOException {
        quorum.start(
                new MetadataReplica(
                        state,
                        committedGroups,
                        feed,
                        change -> thread.execute(() -> leadershipChanged(change))));
        subscribe((image, deltas) -> groups.metadataChanged(deltas));
    }

    /** All that owns something here is watched over from now on. */
    public void watchedBy(ThreadWatch watch) {
        thread.watchedBy(watch);
        listeners.watchedBy(watch);
        groups.watchedBy(watch);
        watch.add("raft", new QuorumPulse(quorum));
    }

    @Override
    public CompletionStage<CommandResult> submit(Command command) {
        if (anotherLeads()) {
            return CompletableFuture.failedFuture(
                    new NotLeaderException(quorum.leadership().leaderId()));
        }
        CompletableFuture<CommandResult> answer =
                ready.thenComposeAsync(
                        led ->
                                command instanceof Command.RegisterNode registration
                                        ? sessions.makeWay(registration)
                                                .thenComposeAsync(free -> propose(command), thread)
                                        : propose(command),
                        thread);
        long startedNanos = clock.nanos();
        return limited(answer)
                .whenComplete(
                        (result, failure) ->
                                observer.answered(
                                        command,
                                        Optional.ofNullable(result),
                                        clock.nanos() - startedNanos));
    }

    @Override
    public CompletionStage<HeartbeatReply> heartbeat(Heartbeat heartbeat) {
        return limited(ready.thenComposeAsync(led -> sessions.beat(heartbeat), thread));
    }

    /** The connection is gone on which this heartbeat came. Any thread. */
    public void disconnected(Heartbeat heartbeat) {
        thread.execute(() -> sessions.disconnected(heartbeat.nodeId(), heartbeat.epoch()));
    }

    @Override
    public CompletionStage<QuorumStatus> quorum() {
        return anotherLeads()
                ? CompletableFuture.failedFuture(
                        new NotLeaderException(quorum.leadership().leaderId()))
                : limited(ready.thenApply(led -> quorum.status()));
    }

    @Override
    public CompletionStage<NodeReports> nodeReports() {
        return anotherLeads()
                ? CompletableFuture.failedFuture(
                        new NotLeaderException(quorum.leadership().leaderId()))
                : limited(ready.thenApplyAsync(led -> sessions.reports(), thread));
    }

    /** Of this one alone: others are reached over HTTP. */
    @Override
    public CompletionStage<List<CoordinatorStatus>> coordinators() {
        return CompletableFuture.completedFuture(List.of(status()));
    }

    /** How this coordinator sees itself. */
    public CoordinatorStatus status() {
        Leadership leadership = quorum.leadership();
        LogProgress progress = quorum.progress();
        ClusterImage image = state.image();
        return new CoordinatorStatus(
                settings.id(),
                isReady(),
                leadership.leaderId(),
                leadership.epoch(),
                image.clusterId(),
                image.version(),
                HexFormat.of().toHexDigits(image.stateHash()),
                image.nodes().size(),
                image.topics().size(),
                progress.snapshotIndex() < 0
                        ? Optional.empty()
                        : Optional.of(
                                new CoordinatorStatus.Snapshot(
                                        progress.snapshotIndex(),
                                        progress.snapshotAtMs(),
                                        progress.snapshotBytes())),
                reigns.all());
    }

    /** This coordinator's id. */
    public String id() {
        return settings.id();
    }

    @Override
    public Subscription subscribe(MetadataListener listener) {
        Follower follower = new Follower(feed, listener, listeners);
        follower.start();
        return follower;
    }

    /** The newest metadata this member has applied. */
    public ClusterImage image() {
        return state.image();
    }

    /** The groups, which answer while this coordinator leads. */
    public GroupCoordinator groups() {
        return groups;
    }

    /** Every group as the log has it. */
    public GroupStates committedGroups() {
        return committedGroups;
    }

    /** How far this member is in its own log. */
    public LogProgress progress() {
        return quorum.progress();
    }

    /** A hash over all groups as this member has applied them. */
    public long groupsHash() {
        return committedGroups.stateHash();
    }

    /** The stream of changes, for those who take it to other processes. */
    public MetadataFeed feed() {
        return feed;
    }

    /** Who leads, as far as this member knows. */
    public Leadership leadership() {
        return quorum.leadership();
    }

    /** Whether this member leads and has set the cluster up: it can answer commands. */
    public boolean isReady() {
        return ready.isDone() && !ready.isCompletedExceptionally();
    }

    /**
     * Whether this member {@link #isReady}, and has been without a break since this was asked for:
     * once it says no, it never says yes again. Any thread.
     */
    public BooleanSupplier reign() {
        CompletableFuture<Void> now = ready;
        return () -> now == ready && isReady();
    }

    /** Completes, on the coordinator's thread, once {@link #isReady}. */
    public CompletionStage<Void> whenReady() {
        return ready.minimalCompletionStage();
    }

    /**
     * Stops at once. What was acknowledged is on disk; sessions are for the next leader to keep.
     * Closing it again does nothing.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        IOException stopping = new IOException("The coordinator is stopping");
        ready.completeExceptionally(stopping);
        ready = CompletableFuture.failedFuture(stopping);
        listeners.close();
        groups.close();
        thread.close();
        quorum.close();
    }

    private boolean anotherLeads() {
        Leadership leadership = quorum.leadership();
        return !leadership.leading() && leadership.leaderId().isPresent();
    }

    private void leadershipChanged(Leadership leadership) {
        leadership
                .leaderId()
                .ifPresent(id -> reigns.began(id, quorum.leadership().epoch(), clock.wallMs()));
        if (leadership.leading()) {
            setUp(quorum.leadership().epoch());
            return;
        }
        sessions.resign();
        groups.resign();
        if (ready.isDone()) {
            LOG.info("This coordinator leads no more");
            ready = new CompletableFuture<>();
        }
    }

    /**
     * Gives a new cluster its id and what it begins with, in one entry, and opens for commands. A
     * leader that has not applied all of the log yet may ask this of a cluster that has its id:
     * then nothing changes.
     */
    private void setUp(long epoch) {
        if (!leadsIn(epoch)) {
            return; // what comes next is on its way
        }
        if (!state.image().clusterId().isEmpty()) {
            open();
            return;
        }
        String clusterId = settings.clusterId().orElseGet(() -> randomId().toString());
        propose(new Command.InitializeCluster(clusterId, settings.defaults()))
                .whenCompleteAsync(
                        (result, failure) -> {
                            Object obstacle =
                                    result instanceof CommandResult.Rejected rejected
                                                    && state.image().clusterId().isEmpty()
                                            ? rejected.message()
                                            : failure;
                            if (obstacle == null) {
                                setUp(epoch);
                            } else if (leadsIn(epoch)) {
                                LOG.warn("The cluster could not be set up yet: {}", obstacle);
                                thread.schedule(RETRY_MS, () -> setUp(epoch));
                            }
                        },
                        thread);
    }

    private boolean leadsIn(long epoch) {
        Leadership now = quorum.leadership();
        return now.leading() && now.epoch() == epoch;
    }

    private void open() {
        settings.clusterId()
                .filter(expected -> !expected.equals(state.image().clusterId()))
                .ifPresent(
                        expected ->
                                LOG.warn(
                                        "The configured cluster id {} is not that of the data, {}:"
                                                + " the latter counts",
                                        expected,
                                        state.image().clusterId()));
        sessions.lead();
        drainSlot.lead(state.image(), clock.nanos());
        groups.lead();
        ready.complete(null);
        scheduleRebalance(quorum.leadership().epoch());
    }

    /** Ends when another coordinator leads, or this one anew, which has its own. */
    private void scheduleRebalance(long epoch) {
        long intervalMs = settings.rebalance().intervalMs();
        if (intervalMs > 0) {
            thread.schedule(
                    intervalMs,
                    () -> {
                        if (isReady() && leadsIn(epoch)) {
                            scheduleRebalance(epoch); // first: it goes on where this one fails
                            rebalance();
                        }
                    });
        }
    }

    private void rebalance() {
        List<PartitionId> partitions =
                LeaderBalance.imbalanced(state.image(), settings.rebalance().tolerated());
        if (!partitions.isEmpty()) {
            LOG.info("Returning {} partitions to their preferred leaders", partitions.size());
            submit(new Command.ElectLeaders(Election.PREFERRED, partitions, "the coordinator"));
        }
    }

    /** What would change nothing is answered without an entry in the log. */
    private CompletionStage<CommandResult> propose(Command command) {
        if (command instanceof Command.DrainInTurn drain) {
            Optional<String> refusal =
                    drainSlot.refusal(drain.nodeId(), state.image(), clock.nanos());
            if (refusal.isPresent()) {
                return CompletableFuture.completedFuture(
                        new CommandResult.Rejected(
                                ErrorCode.INELIGIBLE_REPLICA.number(), refusal.get()));
            }
        }
        Proposal proposal = new Proposal(clock.wallMs(), randomId(), command);
        MetadataState.Applied preview = state.preview(proposal);
        if (!preview.changed()) {
            return CompletableFuture.completedFuture(preview.result());
        }
        return quorum.propose(MetadataJson.encode(proposal))
                .thenApply(
                        answer -> {
                            CommandResult result = result(answer);
                            Journal.tell(command, result, state.image());
                            return result;
                        });
    }

    private static CommandResult result(byte[] answer) {
        try {
            return MetadataJson.decode(answer, CommandResult.class);
        } catch (MetadataFormatException e) {
            throw new CompletionException(e);
        }
    }

    private <T> CompletionStage<T> limited(CompletableFuture<T> answer) {
        return answer.orTimeout(settings.commandTimeoutMs(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(
                        failure -> CompletableFuture.failedFuture(Failures.asIo(failure)));
    }

    private Uuid randomId() {
        Uuid id = new Uuid(entropy.nextLong(), entropy.nextLong());
        return Uuid.RESERVED.contains(id) || id.toString().startsWith("-") ? randomId() : id;
    }
}
