package io.tidemark.gateway.stream;

import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.pattern.MatchedTopics;
import io.tidemark.gateway.security.Access;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.pattern.TopicPattern;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.metadata.security.Authorizer.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which topics a stream over several has: those named, or those that match. Any thread. */
final class TopicsChoice {

    /** All positions stand in each event's cursor, which a client sends back in one header. */
    private static final int MAX_PARTITIONS = 1_500;

    private final TopicsQuery query;
    private final Access access;
    private final @Nullable MatchedTopics matched;

    TopicsChoice(TopicsQuery query, Access access) {
        this.query = query;
        this.access = access;
        TopicPattern pattern = query.pattern();
        this.matched = pattern == null ? null : new MatchedTopics(pattern);
    }

    /** What a choice came to. */
    sealed interface Chosen {
        record Topics(List<TopicImage> topics) implements Chosen {}

        record Refused(ApiError error) implements Chosen {}
    }

    /** Whether there may be others later. */
    boolean takesNew() {
        return matched != null;
    }

    /**
     * Throws an {@link io.tidemark.gateway.error.ApiErrorException} where it would take too long to
     * {@link #match} the topics.
     */
    void requireLittleWork(ClusterImage image) {
        TopicPattern pattern = query.pattern();
        if (pattern != null) {
            MatchedTopics.problem(pattern, image)
                    .ifPresent(
                            problem -> {
                                throw StreamShape.bad("pattern", problem + ".");
                            });
        }
    }

    /** Matches the topics that have come since the last time; takes its time. */
    void match(ClusterImage image) {
        if (matched != null) {
            matched.match(image);
        }
    }

    /** Those that there are, as far as they were matched, sorted by name. */
    Chosen of(ClusterImage image) {
        List<TopicImage> chosen = new ArrayList<>();
        int partitions = 0;
        for (String name :
                matched == null ? query.names() : new TreeSet<>(image.topics().keySet())) {
            TopicImage topic = readable(image, name);
            if (topic != null) {
                chosen.add(topic);
                partitions += topic.partitions().size();
            }
            if (chosen.size() > TopicsQuery.MAX_TOPICS || partitions > MAX_PARTITIONS) {
                return new Chosen.Refused(
                        ApiError.badRequest(
                                "topics: a stream over several topics has %d topics and %d partitions at most; follow fewer, or one alone."
                                        .formatted(TopicsQuery.MAX_TOPICS, MAX_PARTITIONS)));
            }
        }
        return new Chosen.Topics(chosen);
    }

    private @Nullable TopicImage readable(ClusterImage image, String name) {
        TopicImage topic = image.topic(name).orElse(null);
        if (topic == null || (matched != null && !matched.contains(topic.id()))) {
            return null;
        }
        boolean refused =
                access.refusal(Access.ANONYMOUS, Operation.READ, ResourceType.TOPIC, name)
                        .isPresent();
        return refused ? null : topic;
    }
}
