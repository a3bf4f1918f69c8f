package io.tidemark.environment.thread;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.environment.HandSetClock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Who hangs or is dead is named; who is slow, or was not given time, is not. */
class ThreadWatchTest {
    private final HandSetClock clock = new HandSetClock();
    private final ThreadWatch watch = new ThreadWatch(clock, Duration.ofSeconds(30));
    private final AtomicBoolean alive = new AtomicBoolean(true);

    @Test
    void shouldNameWhoIsSilentForLongerThanTheLimit() {
        // Given
        watch.add("groups", alive::get);
        watch.add("loop", () -> true);
        alive.set(false);

        // When
        seconds(30);

        // Then
        assertThat(watch.silent()).as("not longer than allowed").isEmpty();
        seconds(1);
        assertThat(watch.silent()).containsOnlyKeys("groups");
        assertThat(watch.silent().get("groups")).isEqualTo(31_000);

        // And when it lives again
        alive.set(true);
        assertThat(watch.silent()).isEmpty();
    }

    @Test
    void shouldLeaveWhoIsSlowButAnswersAlone() {
        watch.add("slow", alive::get);
        for (int i = 0; i < 10; i++) {
            alive.set(false);
            seconds(25);
            alive.set(true);
            seconds(1);
            assertThat(watch.silent()).isEmpty();
        }
    }

    @Test
    void shouldNotCountTimeInWhichTheProcessItselfWasNotScheduled() {
        // Given
        watch.add("groups", alive::get);
        alive.set(false);

        // When: nobody looked for an hour
        clock.advance(Duration.ofHours(1));

        // Then
        assertThat(watch.silent()).isEmpty();
        seconds(29);
        assertThat(watch.silent()).containsOnlyKeys("groups");
    }

    @Test
    void shouldFindAThreadThatHangsAndOneThatIsDead() throws Exception {
        // Given
        CompletableFuture<Void> release = new CompletableFuture<>();
        Thread ended = Thread.ofPlatform().start(() -> {});
        ended.join();
        try (ExecutorService hung = Executors.newSingleThreadExecutor();
                ExecutorService busy = Executors.newSingleThreadExecutor();
                ExecutorService stopped = Executors.newSingleThreadExecutor()) {
            stopped.shutdown();
            hung.execute(release::join);
            watch.add("hung", Pulse.of(hung));
            watch.add("busy", Pulse.of(busy));
            watch.add("stopped", Pulse.of(stopped));
            watch.add("ended", Pulse.of(ended));
            watch.silent();

            // When
            for (int i = 0; i < 32; i++) {
                clock.advance(Duration.ofSeconds(1));
                busy.submit(() -> {}).get();
                watch.silent();
            }

            // Then
            assertThat(watch.silent()).containsOnlyKeys("hung", "stopped", "ended");
            release.complete(null);
            hung.submit(() -> {}).get();
            assertThat(watch.silent()).containsOnlyKeys("stopped", "ended");
        } finally {
            release.complete(null);
        }
    }

    @Test
    void shouldNameNobodyOnceItIsClosed() {
        watch.add("groups", () -> false);
        seconds(40);
        assertThat(watch.silent()).isNotEmpty();
        watch.close();
        assertThat(watch.silent()).isEmpty();
    }

    private void seconds(int count) {
        for (int i = 0; i < count; i++) {
            clock.advance(Duration.ofSeconds(1));
            watch.silent();
        }
    }
}
