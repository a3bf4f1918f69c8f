package io.tidemark.systemtest.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.cluster.layout.ClusterFolder;
import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.ClusterLayout.Size;
import io.tidemark.cluster.layout.Distribution;
import io.tidemark.cluster.layout.LayoutChange;
import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.layout.Service;
import io.tidemark.cluster.process.MemberProcess;
import io.tidemark.cluster.process.MemberStart;
import io.tidemark.cluster.process.ProcessState;
import io.tidemark.cluster.process.Signals;
import io.tidemark.cluster.run.ClusterControl;
import io.tidemark.cluster.run.ClusterStart;
import io.tidemark.cluster.run.MemberControl;
import io.tidemark.cluster.run.MemberRemoval;
import io.tidemark.cluster.run.NodeDrain;
import io.tidemark.cluster.run.RollingRestart;
import io.tidemark.cluster.run.StartFailure;
import io.tidemark.cluster.status.ClusterStatus;
import io.tidemark.cluster.status.ClusterStatus.Severity;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.testkit.cluster.LoopbackNetwork;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that fail, are interrupted, or are given at once, leave a cluster that is whole. */
class MemberTurnsIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofSeconds(3);

    @TempDir private Path directory;
    private final ClusterLayout layout =
            ClusterLayout.of("turns", new Size(3, 3, 1), new LoopbackNetwork());

    private Member node(int id) {
        return layout.member(Service.NODE, id).orElseThrow();
    }

    private Member coordinator(int id) {
        return layout.member(Service.COORDINATOR, id).orElseThrow();
    }

    private ClusterFolder folder() {
        return new ClusterFolder(directory.resolve("cluster"));
    }

    private ClusterLayout kept() {
        return folder().layout().orElseThrow();
    }

    private ProcessState stateOf(Member member) {
        return new MemberProcess(folder(), member).state();
    }

    private static Distribution distribution(ClusterLayout layout) {
        Path jar = Path.of(System.getProperty("tidemark.jar"));
        return Distribution.in(Objects.requireNonNull(jar.getParent())).with(layout.javaOptions());
    }

    @AfterEach
    void end() {
        for (Member member : layout.members()) {
            MemberProcess process = new MemberProcess(folder(), member);
            process.signal(Signals.Kind.KILL);
            process.awaitEnd(PATIENCE);
        }
    }

    @Test
    void shouldLeaveAClusterWholeWhateverFails() throws Exception {
        try (ClusterControl control = new ClusterControl(folder(), layout)) {
            folder().make(layout);
            start(control);
            keepANodeThatCannotGo(control);
            takeBackWhatOneNodeCannotStartWith(control);
            startAgainWhatAnInterruptStopped();
            loseTwoNodesAtOnce(control);
            missNoNodeThatWasUnregistered(control);
            keepAMajority(control);
        }
    }

    private ClusterStart start(ClusterControl control) throws Exception {
        ClusterStart start =
                new ClusterStart(
                        folder(),
                        kept(),
                        new MemberStart(distribution(layout), folder(), layout),
                        control.probe(),
                        text -> {},
                        PATIENCE);
        start.run();
        return start;
    }

    private void keepANodeThatCannotGo(ClusterControl control) throws Exception {
        replicate(control, 1);
        assertThat(create(control, "wide", 3)).isInstanceOf(CommandResult.TopicCreated.class);
        List<String> said = new ArrayList<>();

        assertThatThrownBy(() -> remove(node(3), said::add))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("node-3 stays: wide-0 has 3 replicas, for 2 brokers");

        assertThat(said).as("nothing is asked of it").isEmpty();
        assertThat(control.node(3).filter(NodeImage::live)).isPresent();

        Thread worker = Thread.currentThread();
        delete(control, "wide");
        control.submit(
                new Command.CreateTopic(
                        "narrow", 2, -1, List.of(List.of(3, 1), List.of(1, 3)), Map.of(), false));
        assertThatThrownBy(() -> remove(node(3), text -> worker.interrupt()))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("node-3 stays: interrupted");
        assertThat(control.node(3).filter(NodeImage::live)).isPresent();
        assertThat(kept()).isEqualTo(layout);
    }

    private void takeBackWhatOneNodeCannotStartWith(ClusterControl control) {
        assertThatThrownBy(
                        () ->
                                restart(
                                        LayoutChange.of(
                                                node(2),
                                                Map.of("tidemark.partition.frame-timeout", "-1s")),
                                        text -> {}))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("node-2 cannot start")
                .hasMessageContaining("node-2 runs as before")
                .hasMessageContaining("not kept");

        assertThat(stateOf(node(2))).isEqualTo(ProcessState.UP);
        assertThat(kept()).isEqualTo(layout);
        assertThat(control.image()).isPresent();
    }

    private void restart(LayoutChange change, Consumer<String> progress) throws Exception {
        new RollingRestart(folder(), change, text -> {}, progress)
                .one(
                        change.only().orElseThrow(),
                        true,
                        MemberTurnsIT::distribution,
                        PATIENCE,
                        PATIENCE);
    }

    private void startAgainWhatAnInterruptStopped() {
        Thread worker = Thread.currentThread();
        LayoutChange change =
                LayoutChange.of(node(2), Map.of("management.info.env.enabled", "true"));

        assertThatThrownBy(
                        () ->
                                restart(
                                        change,
                                        text -> {
                                            if (text.endsWith("node-2 stops")) {
                                                worker.interrupt();
                                            }
                                        }))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("interrupted at node-2")
                .hasMessageContaining("node-2 runs as before");

        assertThat(stateOf(node(2))).isEqualTo(ProcessState.UP);
        assertThat(kept()).isEqualTo(layout);
    }

    private void loseTwoNodesAtOnce(ClusterControl control) throws Exception {
        delete(control, "narrow");
        assertThat(create(control, "thin", 1)).isInstanceOf(CommandResult.TopicCreated.class);
        List<Callable<Boolean>> commands = new ArrayList<>();
        for (int id = 2; id <= 3; id++) {
            Member going = node(id);
            commands.add(
                    () -> {
                        remove(going, text -> {});
                        return true;
                    });
        }

        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (Future<Boolean> done : threads.invokeAll(commands)) {
                assertThat(done.get()).isTrue();
            }
        }

        assertThat(kept().members(Service.NODE)).containsExactly(node(1));
        assertThat(control.image().orElseThrow().nodes().keySet()).containsExactly(1);
        assertThat(control.image().orElseThrow().partitions())
                .allSatisfy(partition -> assertThat(partition.replicas()).containsExactly(1));
    }

    /** The documented way without the launcher: drained, stopped, unregistered. */
    private void missNoNodeThatWasUnregistered(ClusterControl control) throws Exception {
        folder().change(now -> layout);
        MemberControl members = new MemberControl(folder(), layout, text -> {});
        members.start(distribution(layout), node(2), PATIENCE);
        new NodeDrain(control, text -> {}).run(2, true, PATIENCE);
        new MemberProcess(folder(), node(2)).signal(Signals.Kind.KILL);
        while (control.submit(new Command.UnregisterNode(2)) instanceof CommandResult.Rejected
                && control.node(2).isPresent()) {
            Thread.onSpinWait();
        }

        assertThat(control.probe().status().problems())
                .filteredOn(problem -> problem.severity() != Severity.NOTICE)
                .extracting(ClusterStatus.Problem::what)
                .noneMatch(what -> what.startsWith("node 2") || what.startsWith("node 3"));
        new RollingRestart(
                        folder(),
                        LayoutChange.of(Map.of("management.info.env.enabled", "true")),
                        text -> {},
                        text -> {})
                .all(MemberTurnsIT::distribution, PATIENCE, PATIENCE);
        assertThat(start(control).left()).containsExactly(node(2), node(3));
        assertThat(stateOf(node(2))).isEqualTo(ProcessState.DOWN);
    }

    private void keepAMajority(ClusterControl control) throws Exception {
        MemberControl members = new MemberControl(folder(), layout, text -> {});
        members.stop(coordinator(1), true, PATIENCE);

        assertThatThrownBy(() -> members.stop(coordinator(2), true, SHORT))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("coordinator-2 is not stopped: without it 1 of 3");
        assertThat(stateOf(coordinator(2))).isEqualTo(ProcessState.UP);

        members.stop(coordinator(2), false, SHORT);
        assertThatThrownBy(() -> members.stop(node(1), true, SHORT))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("node-1 is not stopped: no coordinator leads");
        assertThat(stateOf(node(1))).isEqualTo(ProcessState.UP);
        assertThat(control.image()).isEmpty();
    }

    private void remove(Member member, Consumer<String> progress) throws Exception {
        new MemberRemoval(folder(), layout, progress).run(member, PATIENCE);
    }

    private static CommandResult create(ClusterControl control, String topic, int replicas) {
        return control.submit(
                new Command.CreateTopic(topic, 2, replicas, List.of(), Map.of(), false));
    }

    private static void delete(ClusterControl control, String topic) {
        control.submit(new Command.DeleteTopic(Optional.of(topic), Optional.empty()));
    }

    private static void replicate(ClusterControl control, int byDefault) {
        List<Command.ConfigChange> changes = new ArrayList<>();
        for (String name : List.of("default.replication.factor", "min.insync.replicas")) {
            changes.add(
                    new Command.ConfigChange(
                            name, Command.ConfigChange.Operation.SET, Integer.toString(byDefault)));
        }
        control.submit(new Command.AlterNodeConfigs("", changes, false));
    }
}
