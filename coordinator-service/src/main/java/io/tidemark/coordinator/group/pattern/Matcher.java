package io.tidemark.coordinator.group.pattern;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.pattern.TopicMatches;
import io.tidemark.metadata.pattern.TopicPattern;
import java.util.function.Supplier;
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

        record Topics(TopicMatches topics) implements Found {}
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
     * @param before those that it matched when it was asked last
     */
    static Found match(String text, TopicMatches before, ClusterImage image) {
        return guarded(
                text,
                () ->
                        switch (TopicPattern.parse(text)) {
                            case TopicPattern.Valid(TopicPattern pattern) ->
                                    new Found.Topics(before.in(image, pattern));
                            case TopicPattern.Invalid(String reason) -> new Found.Refused(reason);
                        });
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
