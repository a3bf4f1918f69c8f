package io.tidemark.coordinator.group.offset;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.TopicImage;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** Topics in requests: by name in older versions, by id in newer ones. */
final class TopicNaming {
    private TopicNaming() {}

    static boolean isById(Uuid id) {
        return !id.equals(Uuid.ZERO_UUID);
    }

    static Optional<TopicImage> find(ClusterImage image, @Nullable String name, Uuid id) {
        if (isById(id)) {
            return image.topic(id);
        }
        return name == null ? Optional.empty() : image.topic(name);
    }
}
