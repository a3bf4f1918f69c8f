package io.tidemark.gateway.console;

import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.security.Access;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.metadata.security.Authorizer.ResourceType;

/** What of the metadata may be shown. Any thread. */
final class Seen {
    private final ClusterView view;
    private final Access access;

    Seen(ClusterView view, Access access) {
        this.view = view;
        this.access = access;
    }

    /** The present image, where the cluster may be described and is known. */
    ClusterImage image() {
        access.requireCluster(Access.ANONYMOUS, Operation.DESCRIBE);
        if (!view.ready()) {
            throw ApiError.unavailable("The cluster is not known yet.").exception();
        }
        return view.image();
    }

    boolean visible(String topic) {
        return access.refusal(Access.ANONYMOUS, Operation.DESCRIBE, ResourceType.TOPIC, topic)
                .isEmpty();
    }

    TopicImage topic(ClusterImage image, String name) {
        access.requireTopic(Access.ANONYMOUS, Operation.DESCRIBE, name);
        return image.topic(name).orElseThrow(() -> ApiError.topicNotFound(name).exception());
    }
}
