package io.tidemark.coordinator.group.pattern;

import io.tidemark.environment.Timers;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.pattern.TopicMatches;
import io.tidemark.metadata.pattern.TopicPattern;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The patterns of all groups of a coordinator, for as long as it leads. Belongs to the groups'
 * thread, which measures texts and never compiles or matches one: that is handed to another thread,
 * one pattern at a time.
 *
 * <pre>
 *  new -- compiled --> read -- matched --> settled -- a topic is created --> stale
 *                |                            ^                                |
 *                +--> refused                 +---- the new names are matched -+
 * </pre>
 */
public final class Patterns {
    /** How long a heartbeat waits until it is known what its pattern matches. */
    static final long PATIENCE_MS = 1_000;

    /** What is kept of patterns. */
    static final long MAX_BYTES = 16 << 20;

    private final Supplier<ClusterImage> image;
    private final Timers timers;
    private final Consumer<Runnable> aside;
    private final Consumer<Runnable> back;
    private final Names names = new Names();
    private final Known known = new Known(MAX_BYTES);
    private final Waiting waiting = new Waiting();

    /** For how many patterns each listener waits. */
    private final Map<Runnable, Integer> outstanding = new HashMap<>();

    private boolean busy;
    private boolean closed;

    /**
     * @param image the newest metadata
     * @param timers run their tasks on the groups' thread
     * @param aside runs a task on the patterns' thread
     * @param back runs a task on the groups' thread
     */
    public Patterns(
            Supplier<ClusterImage> image,
            Timers timers,
            Consumer<Runnable> aside,
            Consumer<Runnable> back) {
        this.image = image;
        this.timers = timers;
        this.aside = aside;
        this.back = back;
    }

    /**
     * Asks for a pattern that a member brings. Where it is one, its topics are known by then,
     * unless that takes longer than a heartbeat should.
     */
    public CompletionStage<Verdict> ask(String text) {
        if (closed) {
            return CompletableFuture.completedFuture(new Verdict.Closed());
        }
        if (TopicPattern.measure(text) instanceof TopicPattern.Invalid(String reason)) {
            return CompletableFuture.completedFuture(new Verdict.Invalid(reason));
        }
        names.at(image.get());
        Known.Pattern pattern = find(text);
        if (!pattern.queued && !pattern.isSettled(names.newest())) {
            if (!waiting.hasRoomFor(work(pattern))) {
                known.trim();
                return CompletableFuture.completedFuture(new Verdict.Busy());
            }
            pursue(pattern);
        }
        return verdict(pattern)
                .<CompletionStage<Verdict>>map(CompletableFuture::completedFuture)
                .orElseGet(() -> await(pattern));
    }

    private CompletableFuture<Verdict> await(Known.Pattern pattern) {
        CompletableFuture<Verdict> asked = new CompletableFuture<>();
        pattern.asked.add(asked);
        Timers.Timer timer = timers.schedule(PATIENCE_MS, () -> overdue(pattern, asked));
        asked.thenRun(timer::cancel);
        return asked;
    }

    private static void overdue(Known.Pattern pattern, CompletableFuture<Verdict> asked) {
        pattern.asked.remove(asked);
        asked.complete(pattern.isRead() ? new Verdict.Valid() : new Verdict.Busy());
    }

    private Optional<Verdict> verdict(Known.Pattern pattern) {
        String problem = pattern.problem();
        if (problem != null) {
            return Optional.of(new Verdict.Invalid(problem));
        }
        return pattern.isSettled(names.newest())
                ? Optional.of(new Verdict.Valid())
                : Optional.empty();
    }

    /** Why a text is no pattern, as far as that is known without asking. */
    public Optional<String> problem(String text) {
        if (TopicPattern.measure(text) instanceof TopicPattern.Invalid(String reason)) {
            return Optional.of(reason);
        }
        return Optional.ofNullable(known.find(text)).map(Known.Pattern::problem);
    }

    /**
     * The topics of a member's pattern; none where it is refused.
     *
     * @param listener called once, on the groups' thread, when all are {@link Matches.Current} that
     *     it was told are not
     */
    public Matches topics(String text, Runnable listener) {
        if (TopicPattern.measure(text) instanceof TopicPattern.Invalid) {
            return new Matches.Current(List.of());
        }
        names.at(image.get());
        Known.Pattern pattern = find(text);
        if (!closed) {
            pursue(pattern);
        }
        TopicMatches matched = pattern.matched();
        if (pattern.isSettled(names.newest())) {
            return new Matches.Current(matched.ids());
        }
        if (!closed && pattern.listeners.add(listener)) {
            outstanding.merge(listener, 1, Integer::sum);
        }
        return matched.version() < 0 ? new Matches.Unknown() : new Matches.Stale(matched.ids());
    }

    private Known.Pattern find(String text) {
        return known.findOrAdd(text, () -> steps(text));
    }

    private static int steps(String text) {
        return TopicPattern.measure(text) instanceof TopicPattern.Size(int steps)
                ? steps
                : TopicPattern.MAX_STEPS;
    }

    /** What it takes to find out what is not known of it. */
    private long work(Known.Pattern pattern) {
        return pattern.steps() * names.charsSince(pattern.matched().version());
    }

    /** Where tasks run at once, it is compiled, and then matched. */
    private void pursue(Known.Pattern pattern) {
        while (!pattern.queued && !pattern.isSettled(names.newest())) {
            enqueue(pattern);
        }
    }

    private void enqueue(Known.Pattern pattern) {
        pattern.queued = true;
        waiting.add(pattern, work(pattern));
        next();
    }

    private void next() {
        if (busy || closed || waiting.isEmpty()) {
            return;
        }
        busy = true;
        Waiting.Job job = waiting.take();
        Supplier<Matcher.Found> work = work(job);
        aside.accept(
                () -> {
                    Matcher.Found found = work.get();
                    back.accept(() -> found(job.pattern(), found));
                });
    }

    private Supplier<Matcher.Found> work(Waiting.Job job) {
        Known.Pattern pattern = job.pattern();
        String text = pattern.text();
        if (!job.matches()) {
            return () -> Matcher.read(text);
        }
        TopicMatches before = pattern.matched();
        ClusterImage now = image.get();
        return () -> Matcher.match(text, before, now);
    }

    private void found(Known.Pattern pattern, Matcher.Found found) {
        busy = false;
        if (closed) {
            return;
        }
        pattern.queued = false;
        known.learn(pattern, found);
        names.at(image.get());
        Optional<Verdict> verdict = verdict(pattern);
        if (verdict.isPresent()) {
            tell(pattern, verdict.get());
        } else if (!pattern.asked.isEmpty() || !pattern.listeners.isEmpty()) {
            enqueue(pattern);
        }
        known.trim();
        next();
    }

    private void tell(Known.Pattern pattern, Verdict verdict) {
        List<CompletableFuture<Verdict>> asked = List.copyOf(pattern.asked);
        pattern.asked.clear();
        asked.forEach(each -> back.accept(() -> each.complete(verdict)));
        List<Runnable> listeners = List.copyOf(pattern.listeners);
        pattern.listeners.clear();
        for (Runnable listener : listeners) {
            if (outstanding.merge(listener, -1, Integer::sum) == 0) {
                outstanding.remove(listener);
                back.accept(listener);
            }
        }
    }

    /** This coordinator leads no more: who waits is told, listeners are not. */
    public void close() {
        closed = true;
        waiting.clear();
        outstanding.clear();
        for (Known.Pattern pattern : known.all()) {
            List<CompletableFuture<Verdict>> asked = List.copyOf(pattern.asked);
            pattern.asked.clear();
            pattern.listeners.clear();
            asked.forEach(each -> each.complete(new Verdict.Closed()));
        }
        known.clear();
    }

    /** How many wait for their turn. */
    int waiting() {
        return waiting.size();
    }

    /** How much is kept, in bytes, roughly. */
    long keptBytes() {
        return known.bytes();
    }
}
