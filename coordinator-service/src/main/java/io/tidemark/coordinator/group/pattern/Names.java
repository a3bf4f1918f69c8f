package io.tidemark.coordinator.group.pattern;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.pattern.TopicPattern;
import java.util.Map;

/** The names of all topics, looked through once for each image, and each version asked about. */
final class Names {
    private ClusterImage image = ClusterImage.empty();
    private long newest;
    private long since = -1;
    private long chars;

    void at(ClusterImage now) {
        if (now == image) {
            return;
        }
        image = now;
        since = -1;
        chars = TopicPattern.chars(now.topics().keySet());
        newest = 0;
        for (TopicImage topic : now.topics().values()) {
            newest = Math.max(newest, topic.createdVersion());
        }
    }

    /** The version that created the newest topic. */
    long newest() {
        return newest;
    }

    /** Of the topics that were created after a version; negative for all. */
    long charsSince(long version) {
        if (version != since) {
            since = version;
            chars =
                    TopicPattern.chars(
                            image.topics().entrySet().stream()
                                    .filter(topic -> topic.getValue().createdVersion() > version)
                                    .map(Map.Entry::getKey)
                                    .toList());
        }
        return chars;
    }
}
