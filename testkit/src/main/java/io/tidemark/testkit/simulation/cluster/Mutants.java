package io.tidemark.testkit.simulation.cluster;

import io.tidemark.environment.Disk;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.image.ClusterImage;
import org.apache.kafka.common.message.FetchRequestData;

/**
 * Where the bugs of {@link Mutation} are put in; passes on what it is given where there is none.
 */
final class Mutants {
    private Mutants() {}

    static Disk disk(Mutation mutation, Disk disk) {
        return disk;
    }

    static ControlPlane controlPlane(PartitionNode node, ControlPlane controlPlane, NodeLife life) {
        return controlPlane;
    }

    /** What a node is told of the metadata. */
    static ClusterImage image(PartitionNode node, ClusterImage image) {
        return image;
    }

    /** What a follower asks. */
    static void fetch(Mutation mutation, FetchRequestData request) {}
}
