package io.tidemark.coordinator.group.pattern;

import io.tidemark.metadata.pattern.TopicMatches;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What is known of patterns, by their texts. Where it becomes too much, those go that nobody has
 * asked for longest: they are matched again when somebody does.
 */
final class Known {
    private static final long ENTRY_BYTES = 200;
    private static final long ID_BYTES = 8;

    private final Map<String, Pattern> patterns = new LinkedHashMap<>(16, 0.75f, true);
    private final long maxBytes;
    private long bytes;

    Known(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** A pattern. */
    static final class Pattern {
        private final String text;
        private final int steps;

        /** To be told once it is {@link #settled}. */
        final Set<Runnable> listeners = new LinkedHashSet<>();

        final List<CompletableFuture<Verdict>> asked = new ArrayList<>();

        /** Whether it waits, or is under way. */
        boolean queued;

        private boolean read;
        private @Nullable String problem;
        private TopicMatches matched = TopicMatches.NONE;

        private Pattern(String text, int steps) {
            this.text = text;
            this.steps = steps;
        }

        String text() {
            return text;
        }

        /** Of its program, at most. */
        int steps() {
            return steps;
        }

        /** Whether it was compiled once. */
        boolean isRead() {
            return read;
        }

        /** Why it is no pattern; null where it is one, or is not read. */
        @Nullable String problem() {
            return problem;
        }

        /** As far as it was matched. */
        TopicMatches matched() {
            return matched;
        }

        /**
         * Whether there is nothing to find out.
         *
         * @param newest version that created a topic
         */
        boolean isSettled(long newest) {
            return problem != null || matched.version() >= newest;
        }

        private boolean isIdle() {
            return !queued && listeners.isEmpty() && asked.isEmpty();
        }

        private long bytes() {
            return ENTRY_BYTES + 2L * text.length() + ID_BYTES * matched.ids().size();
        }

        private void learn(Matcher.Found found) {
            read = true;
            switch (found) {
                case Matcher.Found.Read() -> {}
                case Matcher.Found.Refused(String reason) -> problem = reason;
                case Matcher.Found.Topics(TopicMatches topics) -> matched = topics;
            }
        }
    }

    @Nullable Pattern find(String text) {
        return patterns.get(text);
    }

    Pattern findOrAdd(String text, IntSupplier steps) {
        Pattern known = patterns.get(text);
        if (known == null) {
            known = new Pattern(text, steps.getAsInt());
            patterns.put(text, known);
            bytes += known.bytes();
        }
        return known;
    }

    void learn(Pattern pattern, Matcher.Found found) {
        bytes -= pattern.bytes();
        pattern.learn(found);
        bytes += pattern.bytes();
    }

    /** Forgets what is too much, but for patterns that somebody waits for. */
    void trim() {
        var eldest = patterns.values().iterator();
        while (bytes > maxBytes && eldest.hasNext()) {
            Pattern pattern = eldest.next();
            if (pattern.isIdle()) {
                bytes -= pattern.bytes();
                eldest.remove();
            }
        }
    }

    /** What is kept, roughly. */
    long bytes() {
        return bytes;
    }

    Iterable<Pattern> all() {
        return List.copyOf(patterns.values());
    }

    void clear() {
        patterns.clear();
        bytes = 0;
    }
}
