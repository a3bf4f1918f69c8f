package io.tidemark.cluster.command;

import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.ClusterLayout.Size;
import io.tidemark.cluster.layout.LoopbackPorts;
import io.tidemark.cluster.layout.Service;
import io.tidemark.cluster.run.StartFailure;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How large a cluster {@code up} is asked for. What it is not told, a cluster that is there keeps.
 *
 * @param portOffset of a new cluster, which keeps its ports
 */
record WantedCluster(int nodes, Optional<Integer> gateways, Optional<Integer> portOffset) {
    private static final String CLUSTER_ID = "tidemark";

    /**
     * @param left how many nodes have left the cluster and need not be counted
     * @param folder where it is, and the option that says so, for people
     * @throws StartFailure where there is a cluster that cannot become this one
     */
    ClusterLayout layout(Optional<ClusterLayout> present, int left, Path folder, String dataOption)
            throws StartFailure {
        if (present.isEmpty()) {
            return ClusterLayout.of(
                    CLUSTER_ID,
                    Size.ofNodes(nodes, gateways.orElse(1)),
                    new LoopbackPorts(portOffset.orElse(0)));
        }
        LoopbackPorts ports = LoopbackPorts.of(present.get());
        if (portOffset.isPresent() && portOffset.get() != ports.offset()) {
            throw new StartFailure(
                    "the cluster in %s was made with --port-offset=%d and keeps its ports, by which its members know each other; leave the option out, or choose another folder with --data"
                            .formatted(folder, ports.offset()));
        }
        Size there = present.get().size();
        int wanted = gateways.orElse(there.gateways());
        if (nodes < there.nodes() - left || wanted < there.gateways()) {
            throw new StartFailure(
                    "the cluster in %s has %d nodes and %d gateways. Start it with at least as many; while it runs, ./tidemark node %d remove%s empties a node and takes it out (and gateway %d remove a gateway)"
                            .formatted(
                                    folder,
                                    there.nodes(),
                                    there.gateways(),
                                    present.get().members(Service.NODE).getLast().id(),
                                    dataOption,
                                    present.get().members(Service.GATEWAY).getLast().id()));
        }
        return present.get().grownTo(new Size(there.coordinators(), nodes, wanted), ports);
    }
}
