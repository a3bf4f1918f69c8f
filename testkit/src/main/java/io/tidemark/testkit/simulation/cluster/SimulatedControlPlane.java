package io.tidemark.testkit.simulation.cluster;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.control.MetadataListener;
import io.tidemark.metadata.control.QuorumStatus;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.testkit.simulation.SimulatedNetwork;
import io.tidemark.testkit.simulation.SimulatedNetwork.Reply;
import io.tidemark.testkit.simulation.SimulatedProcess;
import io.tidemark.testkit.simulation.cluster.CoordinatorMember.Answer;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How one process reaches the coordinators: as over HTTP, one after the other until one answers.
 */
final class SimulatedControlPlane implements ControlPlane {
    private static final long ATTEMPT_MS = 1_000;
    private static final long PATIENCE_MS = 5_000;
    private static final long BACKOFF_MS = 50;
    private static final long STREAM_SILENCE_MS = 800;

    private final SimulatedProcess process;
    private final SimulatedNetwork network;
    private final List<CoordinatorMember> members;
    private final LateProposals lateProposals;
    private final Function<Command, @Nullable CommandResult> instead;
    private int preferred;

    SimulatedControlPlane(
            SimulatedProcess process,
            Cluster cluster,
            Function<Command, @Nullable CommandResult> instead) {
        this.instead = instead;
        this.process = process;
        this.network = cluster.network();
        this.members = cluster.quorum().members();
        this.lateProposals = cluster.lateProposals();
        this.preferred = process.id() % members.size();
    }

    @Override
    public CompletionStage<CommandResult> submit(Command command) {
        CompletableFuture<CommandResult> result = new CompletableFuture<>();
        CommandResult early = instead.apply(command);
        if (early != null) {
            result.complete(early);
        }
        ask(
                process.nanos() + PATIENCE_MS * 1_000_000,
                (member, reply) -> lateProposals.arrived(command, member, reply),
                answer -> {
                    if (answer instanceof Answer.Result(CommandResult done)) {
                        result.complete(done);
                    } else {
                        result.completeExceptionally(new IOException("no coordinator leads"));
                    }
                });
        return result;
    }

    @Override
    public CompletionStage<HeartbeatReply> heartbeat(Heartbeat heartbeat) {
        CompletableFuture<HeartbeatReply> result = new CompletableFuture<>();
        ask(
                process.nanos() + ATTEMPT_MS * 1_000_000,
                (member, reply) -> member.heartbeat(heartbeat, reply),
                answer -> {
                    if (answer instanceof Answer.Beat(HeartbeatReply beat)) {
                        result.complete(beat);
                    } else {
                        result.completeExceptionally(new IOException("no coordinator leads"));
                    }
                });
        return result;
    }

    @FunctionalInterface
    private interface Outcome {
        void is(@Nullable Answer answer);
    }

    private void ask(
            long untilNanos,
            BiConsumer<CoordinatorMember, Reply<Answer>> question,
            Outcome outcome) {
        CoordinatorMember member = members.get(preferred);
        network.<Answer>call(
                process,
                member,
                ATTEMPT_MS,
                reply -> question.accept(member, reply),
                answer -> {
                    if (answer != null && !(answer instanceof Answer.NotLeader)) {
                        outcome.is(answer);
                        return;
                    }
                    if (members.get(preferred) == member) {
                        preferred = (preferred + 1) % members.size();
                    }
                    if (untilNanos - process.nanos() <= 0) {
                        outcome.is(null);
                    } else {
                        process.schedule(BACKOFF_MS, () -> ask(untilNanos, question, outcome));
                    }
                });
    }

    @Override
    public CompletionStage<QuorumStatus> quorum() {
        return CompletableFuture.failedFuture(new IOException("nobody asks in a simulation"));
    }

    @Override
    public Subscription subscribe(MetadataListener listener) {
        Stream stream = new Stream(listener);
        stream.read();
        return stream;
    }

    /** Follows one coordinator for as long as that answers. */
    private final class Stream implements Subscription {
        private final MetadataListener listener;
        private int source = process.id() % members.size();
        private long version = -1;
        private boolean closed;

        private Stream(MetadataListener listener) {
            this.listener = listener;
        }

        private void read() {
            if (closed) {
                return;
            }
            CoordinatorMember member = members.get(source);
            long has = version;
            network.<ClusterImage>call(
                    process,
                    member,
                    ATTEMPT_MS,
                    reply -> member.follow(has, STREAM_SILENCE_MS, reply),
                    this::took);
        }

        private void took(@Nullable ClusterImage image) {
            if (image == null) {
                source = (source + 1) % members.size();
                process.schedule(BACKOFF_MS, this::read);
                return;
            }
            if (image.version() > version) {
                version = image.version();
                listener.onImage(image, List.of());
            }
            read();
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Override
    public void close() {
        // Whatever is under way ends with the process.
    }
}
