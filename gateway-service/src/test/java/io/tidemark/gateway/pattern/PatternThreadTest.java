package io.tidemark.gateway.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tidemark.gateway.error.ApiErrorException;
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

class PatternThreadTest {
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final PatternThread thread = new PatternThread(tasks::add, () -> {});
    private ClusterImage image = ClusterImage.empty();

    @Test
    void shouldTakeNoMoreThanItCanDoSoonAndTakeMoreLater() {
        // Given
        List<CompletableFuture<Integer>> asked = new ArrayList<>();
        for (int i = 0; i < PatternThread.MAX_WAITING; i++) {
            int number = i;
            asked.add(thread.ask(() -> number));
        }

        // When
        CompletableFuture<Integer> tooMany = thread.ask(() -> -1);

        // Then
        assertThatThrownBy(tooMany::join)
                .hasCauseInstanceOf(ApiErrorException.class)
                .hasMessageContaining("patterns wait");
        assertThat(asked).noneMatch(CompletableFuture::isDone);
        tasks.remove().run();
        assertThat(asked.getFirst()).isCompletedWithValue(0);
        assertThat(thread.ask(() -> -1)).isNotDone();
    }

    @Test
    void shouldMatchTopicsOnceAndDropThoseThatAreGone() {
        // Given
        create("orders-1", "other", "orders-2");
        MatchedTopics matched = new MatchedTopics(pattern("orders-.*"));
        assertThat(matched.contains(new Uuid(7, 1))).isFalse();

        // When
        matched.match(image);
        image = image.apply(9, new Delta.TopicDeleted(new Uuid(7, 1), "orders-1"));
        create("orders-3");
        matched.match(image);

        // Then
        assertThat(matched.contains(new Uuid(7, 1))).isFalse();
        assertThat(matched.contains(new Uuid(7, 2))).isFalse();
        assertThat(matched.contains(new Uuid(7, 3))).isTrue();
        assertThat(matched.contains(new Uuid(7, 10))).isTrue();
    }

    @Test
    void shouldSayWhereAPatternWouldTakeTooLong() {
        // Given
        for (int i = 10; i < 60; i++) {
            create("t".repeat(240) + i);
        }

        // Then
        assertThat(MatchedTopics.problem(pattern("t+.*"), image)).isEmpty();
        assertThat(MatchedTopics.problem(pattern("[a-z]{1,490}"), image)).isEmpty();
        create("u".repeat(240), "v".repeat(240));
        for (int i = 10; i < 99; i++) {
            create("w".repeat(240) + i);
        }
        assertThat(MatchedTopics.problem(pattern("[a-z]{1,490}"), image))
                .get()
                .asString()
                .contains("all 141 topics", "20,000,000");
    }

    private static TopicPattern pattern(String text) {
        return ((TopicPattern.Valid) TopicPattern.parse(text)).pattern();
    }

    private void create(String... names) {
        for (String name : names) {
            long version = image.version() + 1;
            image =
                    image.apply(
                            version,
                            new Delta.TopicCreated(
                                    new TopicImage(
                                            new Uuid(7, version),
                                            name,
                                            List.of(),
                                            Map.of(),
                                            version)));
        }
    }
}
