package io.tidemark.metadata.pattern;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.TopicImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.kafka.common.Uuid;

/**
 * The topics that a pattern matches. Immutable.
 *
 * @param version of the metadata that has them; negative where nothing was matched yet
 * @param ids sorted
 */
public record TopicMatches(long version, List<Uuid> ids) {
    public static final TopicMatches NONE = new TopicMatches(-1, List.of());

    public boolean contains(Uuid topic) {
        return Collections.binarySearch(ids, topic) >= 0;
    }

    /**
     * Those of another version, in which topics have come and gone. Only the names of those that
     * have come are matched, which may take long: see {@link TopicPattern#MAX_WORK}.
     */
    public TopicMatches in(ClusterImage image, TopicPattern pattern) {
        List<Uuid> now = new ArrayList<>();
        for (TopicImage topic : image.topics().values()) {
            boolean matches =
                    topic.createdVersion() > version
                            ? pattern.matches(topic.name())
                            : contains(topic.id());
            if (matches) {
                now.add(topic.id());
            }
        }
        Collections.sort(now);
        return new TopicMatches(image.version(), List.copyOf(now));
    }
}
