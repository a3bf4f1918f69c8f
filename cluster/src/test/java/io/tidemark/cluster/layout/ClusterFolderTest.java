package io.tidemark.cluster.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.cluster.layout.ClusterLayout.Size;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterFolderTest {
    private final ClusterLayout five =
            ClusterLayout.of("c", new Size(3, 5, 1), new LoopbackPorts(0));

    @TempDir private Path path;

    private ClusterFolder folder() {
        return new ClusterFolder(path);
    }

    private static Member node(ClusterLayout layout, int id) {
        return layout.member(Service.NODE, id).orElseThrow();
    }

    @Test
    void shouldLoseNothingOfWhatSeveralCommandsChangeAtOnce() throws Exception {
        folder().make(five);
        List<UnaryOperator<ClusterLayout>> changes =
                List.of(
                        now -> now.without(node(five, 4)),
                        now -> now.without(node(five, 5)),
                        LayoutChange.of(node(five, 1), Map.of("a.b", "1"))::appliedTo,
                        LayoutChange.of(node(five, 2), Map.of("a.b", "2"))::appliedTo,
                        LayoutChange.of(Map.of("c.d", "3"))::appliedTo);
        List<Callable<ClusterLayout>> commands = new ArrayList<>();
        changes.forEach(change -> commands.add(() -> folder().change(change)));

        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<ClusterLayout> done : threads.invokeAll(commands)) {
                done.get();
            }
        }

        ClusterLayout kept = folder().layout().orElseThrow();
        assertThat(kept.members(Service.NODE)).extracting(Member::id).containsExactly(1, 2, 3);
        assertThat(kept.overrides())
                .isEqualTo(Map.of("node-1", Map.of("a.b", "1"), "node-2", Map.of("a.b", "2")));
        assertThat(kept.settings()).isEqualTo(Map.of("c.d", "3"));
    }

    @Test
    void shouldTakeBackOnlyWhatAChangeChanged() {
        ClusterLayout before = five.with(Map.of("a.b", "1")).withJavaOptions(List.of("-Xa"));
        LayoutChange change =
                new LayoutChange(
                        Optional.empty(),
                        Map.of("a.b", "2", "c.d", "3"),
                        Optional.of(List.of("-Xb")));
        ClusterLayout others =
                change.appliedTo(before)
                        .without(node(five, 5))
                        .with(node(five, 1), Map.of("e.f", "4"));

        ClusterLayout back = change.backTo(before).appliedTo(others);

        assertThat(back)
                .isEqualTo(before.without(node(five, 5)).with(node(five, 1), Map.of("e.f", "4")));
        assertThat(change.alters(before)).isTrue();
        assertThat(change.alters(change.appliedTo(before))).isFalse();
    }

    @Test
    void shouldSetNothingForAMemberThatIsGone() {
        ClusterLayout four = five.without(node(five, 5));

        assertThat(LayoutChange.of(node(five, 5), Map.of("a.b", "1")).appliedTo(four))
                .isEqualTo(four);
    }

    @Test
    void shouldNotMakeAClusterWhereOneIs() throws IOException {
        folder().make(five);

        assertThat(folder().make(five.with(Map.of("a.b", "1")))).isEqualTo(five);
        assertThat(folder().layout()).contains(five);
    }

    @Test
    void shouldSayWhoIsWaitedFor() throws IOException {
        try (FolderLock held = folder().lock("turn", Duration.ZERO)) {
            assertThat(held).isNotNull();
            assertThatThrownBy(() -> folder().lock("turn", Duration.ofMillis(20)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("another command holds");
        }
        folder().lock("turn", Duration.ZERO).close();
    }
}
