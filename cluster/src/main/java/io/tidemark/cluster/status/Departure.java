package io.tidemark.cluster.status;

import io.tidemark.cluster.layout.Member;
import io.tidemark.cluster.layout.Service;
import io.tidemark.cluster.process.ProcessState;
import io.tidemark.metadata.image.ClusterImage;
import java.util.Optional;

/**
 * When a member that the layout still names has left the cluster: nobody misses it, and nothing but
 * its own start brings it back.
 */
final class Departure {

    private Departure() {}

    /**
     * A node that was a member, has no process, and was unregistered. Where coordinators know of no
     * node at all, they have lost their folders rather than all nodes.
     *
     * @param joined whether its folder was a member's
     * @param image as the leading coordinator has it; empty where none leads
     */
    static boolean hasLeft(
            Member member, ProcessState state, boolean joined, Optional<ClusterImage> image) {
        return member.service() == Service.NODE
                && state == ProcessState.DOWN
                && joined
                && image.filter(known -> !known.nodes().isEmpty())
                        .filter(known -> known.node(member.id()).isEmpty())
                        .isPresent();
    }
}
