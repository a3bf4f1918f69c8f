package io.tidemark.cluster.run;

import io.tidemark.cluster.layout.ClusterFolder;
import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.Distribution;
import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.layout.Service;
import io.tidemark.cluster.process.LastWords;
import io.tidemark.cluster.process.MemberProcess;
import io.tidemark.cluster.process.MemberStart;
import io.tidemark.cluster.process.ProcessState;
import io.tidemark.cluster.process.Signals;
import io.tidemark.metadata.image.NodeImage;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Stops and starts one member of a cluster that runs. A node that stops hands over first, in its
 * turn: so that two nodes that are stopped one after the other leave no partition without those
 * that must be in sync. Blocks its caller.
 */
public final class MemberControl {
    private static final Duration END = Duration.ofSeconds(60);
    private static final long POLL_MS = 50;

    private final ClusterFolder folder;
    private final ClusterLayout layout;
    private final Consumer<String> progress;

    /** The layout that members are started by. */
    public MemberControl(ClusterFolder folder, ClusterLayout layout, Consumer<String> progress) {
        this.folder = folder;
        this.layout = layout;
        this.progress = progress;
    }

    /**
     * Asks a member to end, and waits until it has.
     *
     * @param inTurn whether a node waits for its turn to drain, and is not stopped without it
     * @param wait for that turn, and for others to take over
     * @return partitions that only this node has, and that are away with it
     * @throws StartFailure where it is not stopped; it goes on as before
     */
    public int stop(Member member, boolean inTurn, Duration wait)
            throws StartFailure, InterruptedException {
        MemberProcess process = new MemberProcess(folder, member);
        int alone =
                inTurn && member.service() == Service.NODE && process.state() == ProcessState.UP
                        ? handOver(member, wait)
                        : 0;
        if (process.signal(Signals.Kind.TERM)) {
            process.signal(Signals.Kind.CONT); // a paused one could not hear it
        }
        progress.accept("waiting; " + member.name() + " stops");
        if (!process.awaitEnd(END)) {
            throw new StartFailure(
                    "%s has not ended after %d s".formatted(member.name(), END.toSeconds()));
        }
        return alone;
    }

    private int handOver(Member member, Duration wait) throws StartFailure, InterruptedException {
        try (ClusterControl control = new ClusterControl(folder, layout)) {
            Optional<NodeImage> node = control.node(member.id());
            if (node.filter(NodeImage::live).isEmpty()) {
                return 0; // it leads nothing, or nobody can say who else should
            }
            NodeDrain drain = new NodeDrain(control, progress);
            return switch (drain.run(member.id(), true, wait)) {
                case NodeDrain.Outcome.HandedOver(int kept) -> kept;
                case NodeDrain.Outcome.StillLeads(int partitions) -> {
                    drain.undo(member.id());
                    throw new StartFailure(
                            "%s is not stopped: after %d s it still leads %d partitions that no other replica has all of"
                                    .formatted(member.name(), wait.toSeconds(), partitions));
                }
                case NodeDrain.Outcome.Refused(String why) ->
                        throw new StartFailure(
                                "%s is not stopped, it was not its turn within %d s: %s"
                                        .formatted(member.name(), wait.toSeconds(), why));
            };
        }
    }

    /**
     * Starts a member that is down, and waits until it serves.
     *
     * @throws StartFailure where it does not; a process that hangs is left running
     */
    public void start(Distribution distribution, Member member, Duration limit)
            throws StartFailure, IOException, InterruptedException {
        MemberProcess process = new MemberProcess(folder, member);
        Process started = new MemberStart(distribution, folder, layout).start(member);
        Patience patience = new Patience(limit, System.nanoTime());
        while (process.state() != ProcessState.UP) {
            if (started.waitFor(POLL_MS, TimeUnit.MILLISECONDS)) {
                throw new StartFailure("%s cannot start: %s".formatted(member.name(), why(member)));
            }
            long now = System.nanoTime();
            progress.accept(
                    "%d s; %s is starting"
                            .formatted(patience.elapsed(now).toSeconds(), member.name()));
            Optional<String> tooLong = patience.exhausted(process.pulse(), now);
            if (tooLong.isPresent()) {
                throw new StartFailure(
                        "%s is still starting, and %s; see %s"
                                .formatted(member.name(), tooLong.get(), folder.logOf(member)));
            }
        }
    }

    private String why(Member member) {
        return LastWords.in(folder.logOf(member)) instanceof LastWords.Failed(String reason)
                ? reason
                : "see " + folder.logOf(member);
    }
}
