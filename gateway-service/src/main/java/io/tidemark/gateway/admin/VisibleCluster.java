package io.tidemark.gateway.admin;

import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.security.Access;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.metadata.security.Authorizer.ResourceType;

/** What of the metadata may be shown, and what a path names in it. Any thread. */
public class VisibleCluster {
    private final ClusterView view;
    private final Access access;

    public VisibleCluster(ClusterView view, Access access) {
        this.view = view;
        this.access = access;
    }

    /** The present image, where the cluster may be described and is known. */
    public final ClusterImage describe() {
        access.requireCluster(Access.ANONYMOUS, Operation.DESCRIBE);
        return view.requireImage();
    }

    /** Whether a topic may be seen at all. */
    public final boolean visible(String topic) {
        return access.refusal(Access.ANONYMOUS, Operation.DESCRIBE, ResourceType.TOPIC, topic)
                .isEmpty();
    }

    /** The topic, where it may be used so. */
    public final TopicImage topic(ClusterImage image, String name, Operation operation) {
        access.requireTopic(Access.ANONYMOUS, operation, name);
        return image.topic(name).orElseThrow(() -> ApiError.topicNotFound(name).exception());
    }

    /** The node that a path names. */
    public final NodeImage node(ClusterImage image, String text) {
        NodeImage node = image.nodes().get(number(text, "a broker's id"));
        if (node == null) {
            throw ApiError.notFound("Broker " + text + " not found.").exception();
        }
        return node;
    }

    static int number(String text, String what) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw ApiError.badRequest("'" + text + "' is not " + what + ".").exception();
        }
    }
}
