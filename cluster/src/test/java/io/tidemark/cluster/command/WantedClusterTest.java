package io.tidemark.cluster.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.ClusterLayout.Size;
import io.tidemark.cluster.layout.LoopbackPorts;
import io.tidemark.cluster.run.StartFailure;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WantedClusterTest {
    private final ClusterLayout present =
            ClusterLayout.of("c", Size.ofNodes(3, 2), new LoopbackPorts(100));

    @Test
    void shouldMakeANewClusterWithOneGateway() throws StartFailure {
        assertThat(wanted(3).layout(Optional.empty(), 0, Path.of("data"), "").size())
                .isEqualTo(new Size(3, 3, 1));
    }

    @Test
    void shouldKeepTheGatewaysAndThePortsOfAClusterThatGrows() throws StartFailure {
        ClusterLayout grown = of(wanted(4), 0);

        assertThat(grown.size()).isEqualTo(new Size(3, 4, 2));
        assertThat(grown.members()).containsAll(present.members());
        assertThat(LoopbackPorts.of(grown)).isEqualTo(new LoopbackPorts(100));
    }

    @Test
    void shouldAddGatewaysWhereAskedTo() throws StartFailure {
        WantedCluster more = new WantedCluster(3, Optional.of(3), Optional.of(100));

        assertThat(of(more, 0).size()).isEqualTo(new Size(3, 3, 3));
    }

    @Test
    void shouldTakeNothingAway() throws StartFailure {
        WantedCluster fewer = new WantedCluster(3, Optional.of(1), Optional.empty());
        WantedCluster elsewhere = new WantedCluster(3, Optional.empty(), Optional.of(200));

        assertThatThrownBy(() -> of(wanted(2), 0)).hasMessageContaining("3 nodes and 2 gateways");
        assertThatThrownBy(() -> of(fewer, 0)).hasMessageContaining("gateway 2 remove");
        assertThatThrownBy(() -> of(elsewhere, 0)).hasMessageContaining("--port-offset=100");
        assertThat(of(wanted(2), 1)).as("one has left").isEqualTo(present);
    }

    private static WantedCluster wanted(int nodes) {
        return new WantedCluster(nodes, Optional.empty(), Optional.empty());
    }

    private ClusterLayout of(WantedCluster wanted, int left) throws StartFailure {
        return wanted.layout(Optional.of(present), left, Path.of("data"), "");
    }
}
