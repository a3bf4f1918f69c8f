package io.tidemark.cluster.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.cluster.layout.ClusterLayout.Size;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusterLayoutTest {
    private final ClusterLayout three =
            ClusterLayout.of("c", Size.ofNodes(3, 1), new LoopbackPorts(0));

    @Test
    void shouldGiveThreeNodesAQuorumAndReplicas() {
        assertThat(three.size()).isEqualTo(new Size(3, 3, 1));
        assertThat(three.defaultReplicationFactor()).isEqualTo(3);
        assertThat(three.defaultMinInsyncReplicas()).isEqualTo(2);
        assertThat(three.bootstrapServers())
                .isEqualTo("127.0.0.1:9092,127.0.0.1:9093,127.0.0.1:9094");
    }

    @Test
    void shouldMakeOneNodeWithoutAQuorum() {
        ClusterLayout one = ClusterLayout.of("c", Size.ofNodes(1, 1), new LoopbackPorts(0));

        assertThat(one.size()).isEqualTo(new Size(1, 1, 1));
        assertThat(one.defaultReplicationFactor()).isEqualTo(1);
        assertThat(one.defaultMinInsyncReplicas()).isEqualTo(1);
    }

    @Test
    void shouldKeepItsMembersWhenItGrows() {
        ClusterLayout grown = three.grownTo(new Size(3, 5, 2), new LoopbackPorts(1000));

        assertThat(grown.members()).containsAll(three.members());
        assertThat(grown.member(Service.NODE, 5).orElseThrow().port()).isEqualTo(10_096);
    }

    @Test
    void shouldTellWhichPortsItHas() {
        ClusterLayout moved = ClusterLayout.of("c", Size.ofNodes(3, 1), new LoopbackPorts(1000));

        assertThat(LoopbackPorts.of(moved)).isEqualTo(new LoopbackPorts(1000));
        assertThat(LoopbackPorts.of(three)).isEqualTo(new LoopbackPorts(0));
    }

    @Test
    void shouldUseNoPortTwice() {
        ClusterLayout nine = ClusterLayout.of("c", Size.ofNodes(9, 9), new LoopbackPorts(0));

        assertThat(nine.members().stream().map(Member::port)).doesNotHaveDuplicates();
        assertThat(nine.members().stream().map(Member::managementPort)).doesNotHaveDuplicates();
    }

    @Test
    void shouldTellCoordinatorsOfEachOther() {
        assertThat(three.settings(three.member(Service.COORDINATOR, 2).orElseThrow()))
                .containsEntry("tidemark.coordinator.id", "2")
                .containsEntry("tidemark.coordinator.peers[2].port", "8192")
                .containsEntry("tidemark.coordinator.peers[0].url", "http://127.0.0.1:8090");
    }

    @Test
    void shouldTellCoordinatorsWhatANewClusterBeginsWith() {
        assertThat(three.settings(three.member(Service.COORDINATOR, 1).orElseThrow()))
                .containsEntry("tidemark.coordinator.defaults[default.replication.factor]", "3")
                .containsEntry("tidemark.coordinator.defaults[min.insync.replicas]", "2");
    }

    @Test
    void shouldGiveTheLowestFreeIdsToThoseThatJoin() {
        ClusterLayout four = three.grownTo(new Size(3, 4, 1), new LoopbackPorts(0));

        ClusterLayout again =
                four.without(four.member(Service.NODE, 2).orElseThrow())
                        .grownTo(new Size(3, 5, 1), new LoopbackPorts(0));

        assertThat(again.members(Service.NODE).stream().map(Member::id))
                .containsExactlyInAnyOrder(1, 2, 3, 4, 5);
        assertThat(again.members().stream().map(Member::port)).doesNotHaveDuplicates();
    }

    @Test
    void shouldKeepWhatIsSetForOneMemberAndForgetItWithIt(@TempDir Path folder) throws IOException {
        Member second = three.member(Service.NODE, 2).orElseThrow();
        ClusterLayout set =
                three.with(Map.of("a.b", "1", "c.d", "2"))
                        .with(second, Map.of("a.b", "9", "e.f", "3"))
                        .withJavaOptions(List.of("-Xmx1g", "-XX:+UseZGC"));
        new ClusterFolder(folder).make(set);

        ClusterLayout kept = new ClusterFolder(folder).layout().orElseThrow();

        assertThat(kept).isEqualTo(set);
        assertThat(kept.javaOptions()).containsExactly("-Xmx1g", "-XX:+UseZGC");
        assertThat(kept.settingsGivenTo(second))
                .containsExactlyInAnyOrderEntriesOf(Map.of("a.b", "9", "c.d", "2", "e.f", "3"));
        assertThat(kept.settingsGivenTo(three.member(Service.NODE, 1).orElseThrow()))
                .isEqualTo(kept.settings());
        assertThat(kept.with(second, Map.of("a.b", "", "e.f", "")).overrides()).isEmpty();
        assertThat(kept.without(second).overrides()).isEmpty();
        assertThat(kept.grownTo(new Size(3, 4, 1), new LoopbackPorts(0)).javaOptions())
                .isEqualTo(set.javaOptions());
    }

    @Test
    void shouldLetAPersonsJvmOptionsWin() {
        Distribution distribution =
                new Distribution(Path.of("a.jar"), Path.of("java"), List.of("-Xmx1g"))
                        .with(List.of("-Xmx3g"));

        assertThat(distribution.jvmOptionsFor(Service.NODE)).endsWith("-Xmx384m", "-Xmx3g");
    }

    @Test
    void shouldReadWhatItKept(@TempDir Path folder) throws IOException {
        ClusterFolder kept = new ClusterFolder(folder);

        assertThat(kept.layout()).isEmpty();
        kept.make(three);

        assertThat(kept.layout()).contains(three);
    }

    @Test
    void shouldKeepSettingsUntilTheyAreGivenAgainOrTakenBack(@TempDir Path folder)
            throws IOException {
        ClusterFolder kept = new ClusterFolder(folder);
        kept.make(three.with(Map.of("a.b", "1", "c.d", "2=3")));

        ClusterLayout changed = kept.layout().orElseThrow().with(Map.of("a.b", "", "e.f", "4"));

        assertThat(changed.settings())
                .containsExactlyInAnyOrderEntriesOf(Map.of("c.d", "2=3", "e.f", "4"));
        assertThat(changed.grownTo(new Size(3, 5, 2), new LoopbackPorts(0)).settings())
                .isEqualTo(changed.settings());
        assertThat(changed.members()).isEqualTo(three.members());
    }

    @Test
    void shouldReadWhatWasKeptBeforeThereWereSettings(@TempDir Path folder) throws IOException {
        Files.writeString(
                folder.resolve("cluster.json"), "{\"clusterId\": \"c\", \"members\": []}");

        assertThat(new ClusterFolder(folder).layout().orElseThrow().settings()).isEmpty();
    }

    @Test
    void shouldNameAFileThatIsNoLayout(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("cluster.json"), "{\"clusterId\": ");

        assertThatThrownBy(() -> new ClusterFolder(folder).layout())
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("cluster.json is not a cluster's layout");
    }
}
