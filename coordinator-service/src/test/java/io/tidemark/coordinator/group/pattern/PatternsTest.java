package io.tidemark.coordinator.group.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.environment.Timers;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.pattern.TopicPattern;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class PatternsTest {
    private final Deque<Runnable> aside = new ArrayDeque<>();
    private final List<Runnable> overdue = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final Timers timers =
            (delayMs, task) -> {
                overdue.add(task);
                return () -> overdue.remove(task);
            };
    private ClusterImage image = ClusterImage.empty();
    private final Patterns patterns = new Patterns(() -> image, timers, aside::add, Runnable::run);

    @Test
    void shouldHandOverOnePatternAtATimeAndTheSmallOnesFirst() {
        // Given
        topic("orders-" + "x".repeat(200));
        Runnable large = () -> told.add("large");
        patterns.topics("x{900}", large);
        patterns.topics("x{800}", () -> told.add("less"));
        patterns.topics("orders-x+", () -> told.add("small"));

        // Then
        assertThat(aside).hasSize(1);

        // When
        work();

        // Then
        assertThat(told).containsExactly("small", "less", "large");
        assertThat(patterns.topics("orders-x+", large))
                .isEqualTo(new Matches.Current(List.of(new Uuid(7, 1))));
    }

    @Test
    void shouldTellAListenerOnceAllThatItAskedForIsKnown() {
        // Given
        topic("orders");
        Runnable listener = () -> told.add("known");
        patterns.topics("a", listener);
        patterns.topics("orders", listener);
        patterns.topics("orders", listener);

        // When
        work();

        // Then
        assertThat(told).containsExactly("known");
    }

    @Test
    void shouldMatchNewTopicsOnlyAndDropThoseThatAreGone() {
        // Given
        topic("orders-1");
        topic("orders-2");
        patterns.topics("orders-.*", () -> {});
        work();

        // When
        topic("orders-3");
        image =
                image.apply(
                        image.version() + 1, new Delta.TopicDeleted(new Uuid(7, 1), "orders-1"));

        // Then
        assertThat(patterns.topics("orders-.*", () -> {}))
                .isEqualTo(new Matches.Stale(List.of(new Uuid(7, 1), new Uuid(7, 2))));
        work();
        assertThat(patterns.topics("orders-.*", () -> {}))
                .isEqualTo(new Matches.Current(List.of(new Uuid(7, 2), new Uuid(7, 3))));
    }

    @Test
    void shouldMatchAgainWhatWasMatchedWhileATopicWasCreated() {
        // Given
        topic("orders-1");
        CompletableFuture<Verdict> asked = patterns.ask("orders-.*").toCompletableFuture();
        aside.remove().run();
        Runnable matching = aside.remove();

        // When
        topic("orders-2");
        matching.run();

        // Then
        assertThat(asked).isNotDone();
        work();
        assertThat(asked).isCompletedWithValue(new Verdict.Valid());
        assertThat(patterns.topics("orders-.*", () -> {}))
                .isEqualTo(new Matches.Current(List.of(new Uuid(7, 1), new Uuid(7, 2))));
    }

    @Test
    void shouldAnswerBusyWhereTooMuchWaitsButTakeWhatIsSmall() {
        // Given: names so that the largest pattern takes as much as it may
        topics((int) (TopicPattern.MAX_WORK / TopicPattern.MAX_STEPS / 200), 199);
        int taken = 0;
        while (!(patterns.ask("[a-z]{1,480}" + taken).toCompletableFuture().getNow(null)
                instanceof Verdict.Busy)) {
            taken++;
            assertThat(taken).isLessThan(1_000);
        }

        // Then
        assertThat(taken).isBetween(100, 300);
        CompletableFuture<Verdict> small = patterns.ask("a").toCompletableFuture();
        assertThat(small).isNotDone();
        aside.remove().run();
        aside.remove().run();
        aside.remove().run();
        assertThat(patterns.waiting()).isGreaterThan(50);

        // When: nobody waits any longer
        List.copyOf(overdue).forEach(Runnable::run);
        work();

        // Then
        assertThat(patterns.ask("a")).isCompletedWithValue(new Verdict.Valid());
    }

    @Test
    void shouldKeepNoMoreThanIsAllowed() {
        // Given
        topics(5_000, 20);

        // When: each would keep 40,000 bytes
        for (int i = 0; i < 500; i++) {
            patterns.ask("(t|" + i + ").*");
            work();
            assertThat(patterns.keptBytes()).isLessThanOrEqualTo(Patterns.MAX_BYTES);
        }

        // Then: the last are known, and the first are matched again
        assertThat(patterns.topics("(t|499).*", () -> {})).isInstanceOf(Matches.Current.class);
        assertThat(patterns.topics("(t|0).*", () -> told.add("again")))
                .isInstanceOf(Matches.Unknown.class);
        work();
        assertThat(told).containsExactly("again");
    }

    @Test
    void shouldTellWhoWaitsThatItIsOver() {
        // Given
        topic("orders");
        CompletableFuture<Verdict> asked = patterns.ask("orders-.*").toCompletableFuture();
        patterns.topics("orders-.*", () -> told.add("known"));

        // When
        patterns.close();
        work();

        // Then
        assertThat(asked).isCompletedWithValue(new Verdict.Closed());
        assertThat(patterns.ask("a")).isCompletedWithValue(new Verdict.Closed());
        assertThat(told).isEmpty();
    }

    private void work() {
        while (!aside.isEmpty()) {
            aside.remove().run();
        }
    }

    private void topics(int count, int chars) {
        List<Delta> deltas = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String number = Integer.toString(i);
            deltas.add(created("t".repeat(chars - number.length()) + number, i + 1));
        }
        image = image.apply(count, deltas);
    }

    private void topic(String name) {
        long version = image.version() + 1;
        image = image.apply(version, created(name, version));
    }

    private static Delta created(String name, long version) {
        return new Delta.TopicCreated(
                new TopicImage(new Uuid(7, version), name, List.of(), Map.of(), version));
    }
}
