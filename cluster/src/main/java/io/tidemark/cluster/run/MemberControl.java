package io.tidemark.cluster.run;

import io.tidemark.cluster.layout.ClusterFolder;
import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.Distribution;
import io.tidemark.cluster.layout.FolderLock;
import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.layout.Service;
import io.tidemark.cluster.process.LastWords;
import io.tidemark.cluster.process.MemberProcess;
import io.tidemark.cluster.process.MemberStart;
import io.tidemark.cluster.process.ProcessState;
import io.tidemark.cluster.process.Signals;
import io.tidemark.cluster.status.Probe;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Stops and starts one member of a cluster that runs. A node that stops hands over first, in its
 * turn: so that two nodes that are stopped one after the other leave no partition without those
 * that must be in sync. A coordinator stops where a majority is left. Blocks its caller.
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
     * @param inTurn whether it is stopped only where the others can spare it: a node in its turn to
     *     drain, a coordinator where a majority goes on without it
     * @param wait for that turn, and for others to take over
     * @return partitions that only this node has, and that are away with it
     * @throws StartFailure where it is not stopped; it goes on as before
     * @throws InterruptedException where this thread is interrupted: it goes on as before, or has
     *     ended
     */
    public int stop(Member member, boolean inTurn, Duration wait)
            throws StartFailure, IOException, InterruptedException {
        MemberProcess process = new MemberProcess(folder, member);
        if (!inTurn || process.state() != ProcessState.UP) {
            end(process);
            return 0;
        }
        return switch (member.service()) {
            case COORDINATOR -> {
                try (FolderLock alone = folder.lock("coordinators", wait)) {
                    awaitMajorityWithout(member, wait);
                    end(process);
                }
                yield 0;
            }
            case NODE -> {
                int alone = handOver(member, wait);
                end(process);
                yield alone;
            }
            case GATEWAY -> {
                end(process);
                yield 0;
            }
        };
    }

    private void end(MemberProcess process) throws StartFailure, InterruptedException {
        String name = process.member().name();
        if (process.signal(Signals.Kind.TERM)) {
            process.signal(Signals.Kind.CONT); // a paused one could not hear it
        }
        progress.accept("waiting; " + name + " stops");
        boolean ended = process.awaitEnd(END);
        boolean interrupted = Thread.interrupted();
        if (!ended && interrupted) {
            ended = process.awaitEnd(END); // whoever starts it again must know
        }
        if (!ended) {
            throw new StartFailure("%s has not ended after %d s".formatted(name, END.toSeconds()));
        }
        if (interrupted) {
            throw new InterruptedException(name + " has ended");
        }
    }

    /** Coordinators that are stopped one after the other must leave a quorum. */
    private void awaitMajorityWithout(Member member, Duration wait)
            throws StartFailure, InterruptedException {
        List<Member> all = layout.members(Service.COORDINATOR);
        int needed = all.size() / 2 + 1;
        long deadlineNanos = System.nanoTime() + wait.toNanos();
        try (Probe probe = new Probe(folder, layout)) {
            for (; ; ) {
                long left =
                        all.stream()
                                .filter(other -> !other.equals(member))
                                .filter(other -> takesPart(probe, other))
                                .count();
                if (left >= needed) {
                    return;
                }
                String why =
                        "without it %d of %d coordinators take part, and nothing can be changed with fewer than %d"
                                .formatted(left, all.size(), needed);
                if (System.nanoTime() > deadlineNanos || all.size() - 1 < needed) {
                    throw new StartFailure("%s is not stopped: %s".formatted(member.name(), why));
                }
                progress.accept("waiting; " + why);
                TimeUnit.MILLISECONDS.sleep(POLL_MS);
            }
        }
    }

    private static boolean takesPart(Probe probe, Member coordinator) {
        return probe.coordinatorStatus(coordinator)
                .filter(says -> says.leader().isPresent())
                .isPresent();
    }

    private int handOver(Member member, Duration wait) throws StartFailure, InterruptedException {
        try (ClusterControl control = new ClusterControl(folder, layout)) {
            Optional<ClusterImage> image = control.awaitImage(wait);
            if (image.isEmpty()) {
                throw noneLeads(member, "");
            }
            if (image.get().node(member.id()).filter(NodeImage::live).isEmpty()) {
                return 0; // it has nothing to hand over
            }
            NodeDrain drain = new NodeDrain(control, progress);
            return switch (handOver(drain, member, wait)) {
                case NodeDrain.Outcome.HandedOver(int kept) -> kept;
                case NodeDrain.Outcome.StillLeads(int partitions) -> {
                    drain.takeBack(member.id());
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

    private static NodeDrain.Outcome handOver(NodeDrain drain, Member member, Duration wait)
            throws StartFailure, InterruptedException {
        try {
            return drain.run(member.id(), true, wait);
        } catch (IllegalStateException e) { // one that led, and that has no majority any more
            throw noneLeads(member, " (" + e.getMessage() + ")");
        }
    }

    private static StartFailure noneLeads(Member member, String why) {
        return new StartFailure(
                "%s is not stopped: no coordinator leads, and nobody could take over what it leads%s"
                        .formatted(member.name(), why));
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
