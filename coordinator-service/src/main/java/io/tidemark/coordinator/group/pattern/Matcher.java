package io.tidemark.coordinator.group.pattern;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.pattern.TopicPattern;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What takes time. For the patterns' thread; programs are not kept, as they are large. */
final class Matcher {
    private static final Logger LOG = LoggerFactory.getLogger(Matcher.class);

    private Matcher() {}

    /** What came of it. */
    sealed interface Found {

        /** It is a pattern. */
        record Read() implements Found {}

        record Refused(String reason) implements Found {}

        /**
         * @param ids sorted
         * @param version of the metadata
         */
        record Topics(List<Uuid> ids, long version) implements Found {}
    }

    /** Whether the text is a pattern. */
    static Found read(String text) {
        return guarded(
                text,
                () ->
                        switch (TopicPattern.parse(text)) {
                            case TopicPattern.Valid valid -> new Found.Read();
                            case TopicPattern.Invalid(String reason) -> new Found.Refused(reason);
                        });
    }

    /**
     * Which topics it matches.
     *
     * @param before those that it matched at version {@code since}, sorted: of those that there
     *     were then, none is matched again
     */
    static Found match(String text, List<Uuid> before, long since, ClusterImage image) {
        return guarded(
                text,
                () ->
                        switch (TopicPattern.parse(text)) {
                            case TopicPattern.Valid(TopicPattern pattern) ->
                                    match(pattern, before, since, image);
                            case TopicPattern.Invalid(String reason) -> new Found.Refused(reason);
                        });
    }

    private static Found match(
            TopicPattern pattern, List<Uuid> before, long since, ClusterImage image) {
        List<Uuid> ids = new ArrayList<>();
        for (TopicImage topic : image.topics().values()) {
            boolean matches =
                    topic.createdVersion() > since
                            ? pattern.matches(topic.name())
                            : Collections.binarySearch(before, topic.id()) >= 0;
            if (matches) {
                ids.add(topic.id());
            }
        }
        Collections.sort(ids);
        return new Found.Topics(List.copyOf(ids), image.version());
    }

    /** A bug of the library costs one pattern, and no member waits for ever. */
    private static Found guarded(String text, Supplier<Found> work) {
        try {
            return work.get();
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("Pattern `{}` cannot be matched", text, e);
            return new Found.Refused("it cannot be matched");
        }
    }
}
