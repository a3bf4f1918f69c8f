package io.tidemark.coordinator.kafka;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.TopicImage;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** What topics in requests are called, for the authorizer. */
final class Topics {
    private Topics() {}

    /** The name; empty for the id of no topic. */
    static String name(ClusterImage image, @Nullable String name, Uuid id) {
        if (name != null && !name.isEmpty()) {
            return name;
        }
        return image.topic(id).map(TopicImage::name).orElse("");
    }
}
