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
import io.tidemark.cluster.run.RollingRestart;
import io.tidemark.cluster.run.StartFailure;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.testkit.cluster.LoopbackNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster as the launcher runs it: started twice, configured anew, with a node less. */
class LocalClusterIT {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofSeconds(1);

    @TempDir private Path directory;
    private final ClusterLayout layout =
            ClusterLayout.of("local", Size.ofNodes(2, 1), new LoopbackNetwork());
    private final Member first = layout.member(Service.NODE, 1).orElseThrow();
    private final Member second = layout.member(Service.NODE, 2).orElseThrow();

    private ClusterFolder folder() {
        return new ClusterFolder(directory.resolve("cluster"));
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
    void shouldStayWholeWhateverIsDoneToIt() throws Exception {
        try (ClusterControl control = new ClusterControl(folder(), layout)) {
            beginWithItsDefaultsThoughTheFirstStartGaveUp(control);
            takeANewConfigurationAndNoneThatIsWrong(control);
            stopOneNodeAtATime();
            loseNothingWithANode(control);
        }
    }

    private void beginWithItsDefaultsThoughTheFirstStartGaveUp(ClusterControl control)
            throws Exception {
        folder().make(layout);
        assertThatThrownBy(() -> start(control, Duration.ofMillis(1)))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("waiting for coordinator-1");

        start(control, PATIENCE);

        assertThat(control.image().orElseThrow().nodeConfig(""))
                .containsEntry("default.replication.factor", "2")
                .containsEntry("min.insync.replicas", "1");
        CommandResult created =
                control.submit(
                        new Command.CreateTopic("orders", 4, -1, List.of(), Map.of(), false));
        assertThat(created).isInstanceOf(CommandResult.TopicCreated.class);
        assertThat(orders(control)).allSatisfy(nodes -> assertThat(nodes).hasSize(2));
    }

    private void start(ClusterControl control, Duration limit) throws Exception {
        new ClusterStart(
                        folder(),
                        layout,
                        new MemberStart(distribution(layout), folder(), layout),
                        control.probe(),
                        text -> {},
                        limit)
                .run();
    }

    private static List<List<Integer>> orders(ClusterControl control) {
        return control
                .image()
                .flatMap(image -> image.topic("orders"))
                .orElseThrow()
                .partitions()
                .stream()
                .map(partition -> partition.replicas())
                .toList();
    }

    private void takeANewConfigurationAndNoneThatIsWrong(ClusterControl control) throws Exception {
        LayoutChange wrong =
                LayoutChange.of(Map.of("tidemark.coordinator.heartbeat-interval", "1ms"));
        assertThatThrownBy(() -> restart(wrong))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("coordinator-1 cannot start")
                .hasMessageContaining("at least 10ms")
                .hasMessageContaining("coordinator-1 runs as before");
        assertThat(folder().layout()).contains(layout);

        LayoutChange wanted =
                new LayoutChange(
                        Optional.empty(),
                        Map.of("management.info.env.enabled", "true"),
                        Optional.of(List.of("-Dtidemark.mark=1")));
        restart(wanted);

        assertThat(folder().layout()).contains(wanted.appliedTo(layout));
        for (Member member : layout.members()) {
            assertThat(commandOf(member))
                    .contains("--management.info.env.enabled=true", "-Dtidemark.mark=1");
        }
        ClusterImage image = control.image().orElseThrow();
        assertThat(image.partitions()).allSatisfy(p -> assertThat(p.isr()).hasSize(2));
    }

    private void restart(LayoutChange change) throws StartFailure, IOException {
        new RollingRestart(folder(), change, text -> {}, text -> {})
                .all(LocalClusterIT::distribution, PATIENCE, PATIENCE);
    }

    private String commandOf(Member member) {
        return new MemberProcess(folder(), member)
                .handle()
                .flatMap(handle -> handle.info().commandLine())
                .orElse("");
    }

    private void stopOneNodeAtATime() throws Exception {
        MemberControl members = new MemberControl(folder(), layout, text -> {});
        members.stop(first, true, PATIENCE);

        assertThatThrownBy(() -> members.stop(second, true, SHORT))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("node-2 is not stopped, it was not its turn");
        assertThat(new MemberProcess(folder(), second).state()).isEqualTo(ProcessState.UP);

        members.start(distribution(layout), first, PATIENCE);
    }

    private void loseNothingWithANode(ClusterControl control) throws Exception {
        MemberRemoval removal = new MemberRemoval(folder(), layout, text -> {});
        assertThatThrownBy(() -> removal.run(second, PATIENCE))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("new topics get 2 replicas");
        set(control, "default.replication.factor", "1");
        control.submit(new Command.DeleteTopic(Optional.of("orders"), Optional.empty()));
        control.submit(
                new Command.CreateTopic("orders", 1, -1, List.of(List.of(2)), Map.of(), false));

        removal.run(second, PATIENCE);

        assertThat(orders(control)).containsExactly(List.of(1));
        assertThat(control.node(2)).isEmpty();
        assertThat(folder().layout().orElseThrow().member(Service.NODE, 2)).isEmpty();
        awaitLed(control);
    }

    private static void set(ClusterControl control, String name, String value) {
        control.submit(
                new Command.AlterNodeConfigs(
                        "",
                        List.of(
                                new Command.ConfigChange(
                                        name, Command.ConfigChange.Operation.SET, value)),
                        false));
    }

    private static void awaitLed(ClusterControl control) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (control.image().orElseThrow().partitions().anyMatch(p -> p.leader() != 1)) {
            assertThat(System.nanoTime()).isLessThan(deadlineNanos);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }
}
