package io.tidemark.testkit.simulation.cluster;

import io.tidemark.coordinator.election.LeaderBalance;
import io.tidemark.coordinator.metadata.MetadataState;
import io.tidemark.coordinator.metadata.Proposal;
import io.tidemark.coordinator.quorum.Leadership;
import io.tidemark.coordinator.quorum.ModelQuorum;
import io.tidemark.coordinator.quorum.Replica;
import io.tidemark.coordinator.session.NodeSessions;
import io.tidemark.environment.SeededEntropy;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.ControlPlane.Heartbeat;
import io.tidemark.metadata.control.ControlPlane.HeartbeatReply;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.json.MetadataJson;
import io.tidemark.testkit.simulation.SimulatedNetwork.Reply;
import io.tidemark.testkit.simulation.SimulatedProcess;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * A coordinator process: the real state, decisions and sessions on a model of the quorum. What the
 * real one does on its two threads is done here by events.
 */
final class CoordinatorMember extends SimulatedProcess implements Replica {
    private static final NodeSessions.Timing TIMING = new NodeSessions.Timing(250, 1_500);
    private static final long REBALANCE_MS = 3_000;
    private static final String CLUSTER = "simulated";

    private final Mutation mutation;
    private final SimulatedQuorum quorum;
    private final SeededEntropy entropy;
    private MetadataState state = new MetadataState();
    private ModelQuorum member;
    private NodeSessions sessions;
    private List<Follower> followers = new ArrayList<>();
    private boolean open;
    private @Nullable CommandResult applied;

    /** Waits for a newer image than its own. */
    private record Follower(long version, Reply<ClusterImage> reply) {}

    /** What comes back to a caller. */
    sealed interface Answer {
        record Result(CommandResult result) implements Answer {}

        record Beat(HeartbeatReply reply) implements Answer {}

        /** Another one leads, or nobody. */
        record NotLeader() implements Answer {}
    }

    CoordinatorMember(int id, Cluster cluster, SimulatedQuorum quorum, SeededEntropy entropy) {
        super(id, "coordinator " + id, cluster.schedule());
        this.mutation = cluster.mutation();
        this.quorum = quorum;
        this.entropy = entropy;
        this.member = new ModelQuorum(quorum.log(), toString());
        this.sessions = newSessions();
    }

    private NodeSessions newSessions() {
        return new NodeSessions(TIMING, this, this, () -> state.image(), this::propose);
    }

    @Override
    protected void started() {
        state = new MetadataState();
        sessions = newSessions();
        followers = new ArrayList<>();
        open = false;
        member = new ModelQuorum(quorum.log(), toString());
        quorum.join(this);
    }

    @Override
    protected void crashed() {
        open = false;
        followers = List.of();
        quorum.lost(this);
    }

    ModelQuorum member() {
        return member;
    }

    ClusterImage image() {
        return state.image();
    }

    /** Whether it takes itself for the leader; it may have been replaced. */
    boolean leads() {
        return open;
    }

    // What services ask.

    void submit(Command asked, Reply<Answer> reply) {
        if (!open) {
            reply.with(new Answer.NotLeader());
            return;
        }
        Command command = Mutants.command(mutation, asked, state.image());
        CompletionStage<CommandResult> result =
                command instanceof Command.RegisterNode registration
                        ? sessions.makeWay(registration).thenCompose(free -> propose(command))
                        : propose(command);
        result.whenComplete(
                (done, failure) ->
                        reply.with(
                                failure == null
                                        ? new Answer.Result(done)
                                        : new Answer.NotLeader()));
    }

    void heartbeat(Heartbeat heartbeat, Reply<Answer> reply) {
        if (!open) {
            reply.with(new Answer.NotLeader());
            return;
        }
        if (mutation == Mutation.UNCLEAN_ELECTION) {
            propose(
                    new Command.ElectLeaders(
                            Command.ElectLeaders.Election.UNCLEAN, List.of(), toString()));
        }
        sessions.beat(heartbeat)
                .whenComplete(
                        (beat, failure) ->
                                reply.with(
                                        failure == null
                                                ? new Answer.Beat(beat)
                                                : new Answer.NotLeader()));
    }

    /** Answers with the first image that is newer than {@code version}; or with the same, later. */
    void follow(long version, long patienceMs, Reply<ClusterImage> reply) {
        if (state.image().version() > version) {
            reply.with(state.image());
            return;
        }
        Follower follower = new Follower(version, reply);
        followers.add(follower);
        schedule(
                patienceMs,
                () -> {
                    if (followers.remove(follower)) {
                        reply.with(state.image());
                    }
                });
    }

    /** The connection broke on which a node sent its heartbeats. */
    void disconnected(int nodeId, long epoch) {
        if (open) {
            sessions.disconnected(nodeId, epoch);
        }
    }

    // The way through the quorum.

    private CompletionStage<CommandResult> propose(Command command) {
        Proposal proposal = new Proposal(wallMs(), randomId(), command);
        MetadataState.Applied preview = state.preview(proposal);
        if (!preview.changed()) {
            return CompletableFuture.completedFuture(preview.result());
        }
        CompletableFuture<CommandResult> answer = new CompletableFuture<>();
        quorum.propose(this, proposal, answer);
        return answer;
    }

    /** Appends to the log and applies; this member leads the quorum. */
    CommandResult commit(Proposal proposal) {
        member.propose(quorum.entry(proposal)).toCompletableFuture().join();
        CommandResult result = applied;
        if (result == null) {
            throw new IllegalStateException("nothing was applied");
        }
        return result;
    }

    private Uuid randomId() {
        Uuid id = new Uuid(entropy.nextLong(), entropy.nextLong());
        return Uuid.RESERVED.contains(id) || id.toString().startsWith("-") ? randomId() : id;
    }

    // The quorum's side.

    @Override
    public byte[] apply(long index, byte[] entry) {
        MetadataState.Applied change =
                Mutants.applied(mutation, state.apply(index, quorum.proposal(entry)), state, id());
        applied = change.result();
        quorum.observer().applied(this, index, change);
        if (change.changed()) {
            publish();
        }
        return entry;
    }

    private void publish() {
        ClusterImage image = state.image();
        List<Follower> waiting = followers;
        followers = new ArrayList<>();
        for (Follower follower : waiting) {
            if (image.version() > follower.version) {
                follower.reply.with(image);
            } else {
                followers.add(follower);
            }
        }
    }

    @Override
    public void writeSnapshot(OutputStream out) {
        MetadataJson.encode(state.image(), out);
    }

    @Override
    public void readSnapshot(InputStream in) throws IOException {
        state.restore(MetadataJson.decode(in, ClusterImage.class));
        publish();
    }

    @Override
    public void reset() {
        state.restore(ClusterImage.empty());
    }

    /** Is told at once where it has won, and late where it was replaced without noticing. */
    @Override
    public void leadershipChanged(Leadership leadership) {
        if (leadership.leading()) {
            if (state.image().clusterId().isEmpty()) {
                commit(new Proposal(wallMs(), randomId(), new Command.InitializeCluster(CLUSTER)));
            }
            sessions.lead();
            open = true;
            rebalanceLater(leadership.epoch());
        }
    }

    private void rebalanceLater(long epoch) {
        schedule(
                REBALANCE_MS,
                () -> {
                    if (open && member.leadership().epoch() == epoch) {
                        List<Command.PartitionId> partitions =
                                LeaderBalance.imbalanced(state.image(), 0);
                        if (!partitions.isEmpty()) {
                            propose(
                                    new Command.ElectLeaders(
                                            Command.ElectLeaders.Election.PREFERRED,
                                            partitions,
                                            toString()));
                        }
                        rebalanceLater(epoch);
                    }
                });
    }

    /** It learns that another one leads. */
    void deposed() {
        if (open) {
            open = false;
            sessions.resign();
        }
    }
}
