package io.tidemark.cluster.run;

import io.tidemark.cluster.layout.ClusterFolder;
import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.Distribution;
import io.tidemark.cluster.layout.LayoutChange;
import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.layout.Service;
import io.tidemark.cluster.process.MemberProcess;
import io.tidemark.cluster.process.ProcessState;
import io.tidemark.metadata.control.CoordinatorStatus;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Restarts members one after the other, each once the one before it is back: coordinators, nodes
 * that hand over in their turn, gateways. Clients notice nothing but other leaders. Blocks its
 * caller.
 */
public final class RollingRestart {
    private static final long POLL_MS = 200;

    /** How long a member is given to start again where the caller is about to end. */
    private static final Duration LAST_START = Duration.ofSeconds(60);

    private final ClusterFolder folder;
    private final LayoutChange change;
    private final Consumer<String> say;
    private final Consumer<String> progress;

    /** Runs with what is new, whether or not it is back yet. */
    private final List<Member> renewed = new ArrayList<>();

    /**
     * @param change what processes are given
     * @param say told what is done
     * @param progress told what is waited for
     */
    public RollingRestart(
            ClusterFolder folder,
            LayoutChange change,
            Consumer<String> say,
            Consumer<String> progress) {
        this.folder = folder;
        this.change = change;
        this.say = say;
        this.progress = progress;
    }

    /**
     * All members but those that have left.
     *
     * @param distributionOf what members of a layout are started with
     * @param wait for a node's turn
     * @param limit for one member to start
     * @throws StartFailure where a member does not come back, or this thread is interrupted. With
     *     what is new it is started as before, and nothing new is kept: a setting that is wrong
     *     stops nothing
     */
    public void all(
            Function<ClusterLayout, Distribution> distributionOf, Duration wait, Duration limit)
            throws StartFailure, IOException {
        ClusterLayout before = layout();
        List<Member> members = new ArrayList<>(before.members());
        try (ClusterControl control = new ClusterControl(folder, before)) {
            members.removeAll(control.probe().left(control.image()));
        }
        requireAll(members);
        roll(members, new Terms(distributionOf, true, wait, limit), before);
    }

    /**
     * One member alone, as among {@link #all}.
     *
     * @param inTurn whether it stops only in its turn, and is waited for until it is in sync again
     */
    public void one(
            Member member,
            boolean inTurn,
            Function<ClusterLayout, Distribution> distributionOf,
            Duration wait,
            Duration limit)
            throws StartFailure, IOException {
        roll(List.of(member), new Terms(distributionOf, inTurn, wait, limit), layout());
    }

    private record Terms(
            Function<ClusterLayout, Distribution> distributionOf,
            boolean inTurn,
            Duration turn,
            Duration limit) {}

    private ClusterLayout layout() {
        return folder.layout().orElseThrow(() -> new IllegalStateException("there is no cluster"));
    }

    private void requireAll(List<Member> members) throws StartFailure {
        List<String> missing =
                members.stream()
                        .filter(m -> new MemberProcess(folder, m).state() != ProcessState.UP)
                        .map(Member::name)
                        .toList();
        if (!missing.isEmpty()) {
            throw new StartFailure(
                    "%s %s not run: with one more away, clients would notice. Start what is down first (./tidemark up), or restart single ones (./tidemark node 1 restart)"
                            .formatted(
                                    String.join(", ", missing),
                                    missing.size() == 1 ? "does" : "do"));
        }
    }

    private void roll(List<Member> members, Terms terms, ClusterLayout before)
            throws StartFailure, IOException {
        boolean alters = change.alters(before);
        ClusterLayout layout = folder.change(change::appliedTo);
        try (ClusterControl control = new ClusterControl(folder, layout)) {
            for (Member member : members) {
                try {
                    renew(member, layout, terms);
                    if (terms.inTurn()) {
                        awaitBack(control, member, terms.limit());
                    }
                } catch (StartFailure | IOException | RuntimeException | InterruptedException e) {
                    boolean interrupted = Thread.interrupted() || e instanceof InterruptedException;
                    String text =
                            interrupted
                                    ? "interrupted at " + member.name()
                                    : String.valueOf(e.getMessage());
                    if (alters) {
                        folder.change(change.backTo(before)::appliedTo);
                    }
                    throw new StartFailure(
                            text
                                    + startedAsBefore(member, terms, interrupted)
                                    + (alters ? whoIsNew(members) : ""));
                }
                say.accept(member.name() + " is back");
            }
        }
    }

    private void renew(Member member, ClusterLayout layout, Terms terms)
            throws StartFailure, IOException, InterruptedException {
        MemberControl control = new MemberControl(folder, layout, progress);
        // A sole coordinator leaves no majority, and has no others to wait for.
        boolean sole =
                member.service() == Service.COORDINATOR
                        && layout.members(Service.COORDINATOR).size() == 1;
        control.stop(member, terms.inTurn() && !sole, terms.turn());
        renewed.add(member);
        control.start(terms.distributionOf().apply(layout), member, terms.limit());
    }

    private String startedAsBefore(Member member, Terms terms, boolean interrupted)
            throws IOException {
        if (new MemberProcess(folder, member).state() != ProcessState.DOWN) {
            return "";
        }
        renewed.remove(member);
        ClusterLayout now = layout();
        Duration limit =
                interrupted && terms.limit().compareTo(LAST_START) > 0 ? LAST_START : terms.limit();
        try {
            new MemberControl(folder, now, progress)
                    .start(terms.distributionOf().apply(now), member, limit);
            return "\n%s runs as before.".formatted(member.name());
        } catch (StartFailure again) {
            return "\nNor as before: " + again.getMessage();
        } catch (InterruptedException again) {
            Thread.currentThread().interrupt();
            return "\n%s is starting as before.".formatted(member.name());
        }
    }

    private String whoIsNew(List<Member> members) {
        if (renewed.isEmpty()) {
            return "\nWhat was new is not kept.";
        }
        return "\n%s %s with what was new, which is not kept: ./tidemark %s once more makes all alike."
                .formatted(
                        renewed.stream().map(Member::name).collect(Collectors.joining(", ")),
                        renewed.size() == 1 ? "runs" : "run",
                        members.size() == 1
                                ? "%s %d restart"
                                        .formatted(
                                                members.getFirst().service().word(),
                                                members.getFirst().id())
                                : "restart");
    }

    /** Until it does again what it did, so that the next one may go. */
    private void awaitBack(ClusterControl control, Member member, Duration limit)
            throws StartFailure, InterruptedException {
        Patience patience = new Patience(limit, System.nanoTime());
        for (; ; ) {
            Optional<String> missing = missing(control, member);
            if (missing.isEmpty()) {
                return;
            }
            long now = System.nanoTime();
            progress.accept(
                    "%d s; %s %s"
                            .formatted(
                                    patience.elapsed(now).toSeconds(),
                                    member.name(),
                                    missing.get()));
            Optional<String> tooLong =
                    patience.exhausted(
                            List.of(missing, new MemberProcess(folder, member).pulse()), now);
            if (tooLong.isPresent()) {
                throw new StartFailure(
                        "%s runs, but %s, and %s"
                                .formatted(member.name(), missing.get(), tooLong.get()));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    private static Optional<String> missing(ClusterControl control, Member member) {
        if (member.service() == Service.GATEWAY) {
            return control.probe().isReady(member)
                    ? Optional.empty()
                    : Optional.of("is not ready yet");
        }
        Optional<ClusterImage> image = control.image();
        if (image.isEmpty()) {
            return Optional.of("waits for a coordinator that leads");
        }
        return member.service() == Service.COORDINATOR
                ? control.probe()
                        .coordinatorStatus(member)
                        .filter(says -> hasCaughtUp(says, image.get()))
                        .map(says -> Optional.<String>empty())
                        .orElse(Optional.of("catches up"))
                : behind(image.get(), member.id());
    }

    private static boolean hasCaughtUp(CoordinatorStatus says, ClusterImage image) {
        return says.leader().isPresent() && says.version() >= image.version();
    }

    private static Optional<String> behind(ClusterImage image, int node) {
        if (image.node(node).filter(NodeImage::live).isEmpty()) {
            return Optional.of("is not registered yet");
        }
        long behind =
                image.partitions()
                        .filter(p -> p.replicas().contains(node) && !p.isr().contains(node))
                        .count();
        return behind == 0
                ? Optional.empty()
                : Optional.of("is not in sync yet in %d partitions".formatted(behind));
    }
}
