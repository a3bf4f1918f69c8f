package io.tidemark.cluster.run;

import io.tidemark.cluster.layout.ClusterFolder;
import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.Distribution;
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

    private final ClusterFolder folder;
    private final ClusterLayout before;
    private final ClusterLayout layout;
    private final Consumer<String> say;
    private final Consumer<String> progress;

    /**
     * @param before what runs
     * @param layout what shall run: the same members
     * @param say told what is done
     * @param progress told what is waited for
     */
    public RollingRestart(
            ClusterFolder folder,
            ClusterLayout before,
            ClusterLayout layout,
            Consumer<String> say,
            Consumer<String> progress) {
        this.folder = folder;
        this.before = before;
        this.layout = layout;
        this.say = say;
        this.progress = progress;
    }

    /**
     * @param distributionOf what members of a layout are started with
     * @param wait for a node's turn
     * @param limit for one member to start
     * @throws StartFailure where a member does not come back. With the new layout it is started by
     *     the one before, which is kept: a setting that is wrong stops nothing
     */
    public void run(
            Function<ClusterLayout, Distribution> distributionOf, Duration wait, Duration limit)
            throws StartFailure, IOException, InterruptedException {
        requireAll();
        folder.keep(layout);
        List<Member> done = new ArrayList<>();
        try (ClusterControl control = new ClusterControl(folder, layout)) {
            for (Member member : layout.members()) {
                try {
                    MemberControl next = new MemberControl(folder, layout, progress);
                    next.stop(member, true, wait);
                    next.start(distributionOf.apply(layout), member, limit);
                } catch (StartFailure failure) {
                    throw takenBack(member, done, failure, distributionOf.apply(before), limit);
                }
                awaitBack(control, member, limit);
                say.accept(member.name() + " is back");
                done.add(member);
            }
        }
    }

    private void requireAll() throws StartFailure {
        List<String> missing =
                layout.members().stream()
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

    private StartFailure takenBack(
            Member member,
            List<Member> done,
            StartFailure failure,
            Distribution distribution,
            Duration limit)
            throws IOException, InterruptedException {
        folder.keep(before);
        StringBuilder text = new StringBuilder(String.valueOf(failure.getMessage()));
        if (new MemberProcess(folder, member).state() == ProcessState.DOWN) {
            try {
                new MemberControl(folder, before, progress).start(distribution, member, limit);
                text.append("\n%s runs as before.".formatted(member.name()));
            } catch (StartFailure again) {
                text.append("\nNor as before: ").append(again.getMessage());
            }
        }
        if (!done.isEmpty() && !before.equals(layout)) {
            text.append(
                    "\n%s run with what was new, which is not kept: ./tidemark restart once more makes all alike."
                            .formatted(
                                    done.stream()
                                            .map(Member::name)
                                            .collect(Collectors.joining(", "))));
        }
        return new StartFailure(text.toString());
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
                        "%s runs, but %s, and %s; those after it were not restarted"
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
