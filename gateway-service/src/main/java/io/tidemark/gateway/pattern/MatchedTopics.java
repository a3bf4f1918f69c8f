package io.tidemark.gateway.pattern;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.pattern.TopicMatches;
import io.tidemark.metadata.pattern.TopicPattern;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.Uuid;

/** The topics that a pattern matches; each name is matched once. Safe for any thread. */
public final class MatchedTopics {
    private final TopicPattern pattern;
    private volatile TopicMatches matched = TopicMatches.NONE;

    public MatchedTopics(TopicPattern pattern) {
        this.pattern = pattern;
    }

    /** Why it would take too long to match all topics; empty where it does not. */
    public static Optional<String> problem(TopicPattern pattern, ClusterImage image) {
        Set<String> names = image.topics().keySet();
        long work = new TopicPattern.Size(pattern.steps()).work(TopicPattern.chars(names));
        return work <= TopicPattern.MAX_WORK
                ? Optional.empty()
                : Optional.of(
                        "it would take %,d steps for the names of all %,d topics, and at most %,d are taken"
                                .formatted(work, names.size(), TopicPattern.MAX_WORK));
    }

    /** Matches the topics that have come since the last time. For {@link PatternThread}. */
    public synchronized void match(ClusterImage image) {
        if (image.version() > matched.version()) {
            matched = matched.in(image, pattern);
        }
    }

    /** Whether the topic matches, as far as it was matched. */
    public boolean contains(Uuid topic) {
        return matched.contains(topic);
    }
}
