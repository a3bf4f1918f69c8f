package io.tidemark.coordinator.election;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Which nodes may lead, by an image. */
record Candidates(ClusterImage image) {

    /** Whether the node has a session. */
    boolean present(int nodeId) {
        return image.node(nodeId).filter(node -> !node.fenced()).isPresent();
    }

    /** Whether the node has a session and means to stay. */
    boolean live(int nodeId) {
        return image.node(nodeId).filter(NodeImage::live).isPresent();
    }

    /**
     * The first that is live; else the first that drains, for who is about to stop serves better
     * than nobody.
     *
     * @param order the preferred one first
     * @param eligible who may be chosen
     */
    Optional<Integer> first(List<Integer> order, Collection<Integer> eligible) {
        return order.stream()
                .filter(eligible::contains)
                .filter(this::live)
                .findFirst()
                .or(
                        () ->
                                order.stream()
                                        .filter(eligible::contains)
                                        .filter(this::present)
                                        .findFirst());
    }
}
