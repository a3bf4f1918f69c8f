package io.tidemark.environment.thread;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.environment.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Who hangs or is dead is named; who is slow, or was not given time, is not. */
class ThreadWatchTest {
    private final AtomicLong now = new AtomicLong();
    private final ThreadWatch watch = new ThreadWatch(clock(), Duration.ofSeconds(30));
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
        now.addAndGet(Duration.ofHours(1).toNanos());

        // Then
        assertThat(watch.silent()).isEmpty();
        seconds(29);
        assertThat(watch.silent()).containsOnlyKeys("groups");
    }

    @Test
    void shouldFindAThreadThatHangsAndOneThatIsDead() throws Exception {
        // Given
        CountDownLatch release = new CountDownLatch(1);
        Thread ended = Thread.ofPlatform().start(() -> {});
        ended.join();
        try (ExecutorService hung = Executors.newSingleThreadExecutor();
                ExecutorService busy = Executors.newSingleThreadExecutor();
                ExecutorService stopped = Executors.newSingleThreadExecutor()) {
            stopped.shutdown();
            hung.execute(() -> awaitQuietly(release));
            watch.add("hung", Pulse.of(hung));
            watch.add("busy", Pulse.of(busy));
            watch.add("stopped", Pulse.of(stopped));
            watch.add("ended", Pulse.of(ended));
            watch.silent();

            // When
            for (int i = 0; i < 32; i++) {
                now.addAndGet(Duration.ofSeconds(1).toNanos());
                busy.submit(() -> {}).get();
                watch.silent();
            }

            // Then
            assertThat(watch.silent()).containsOnlyKeys("hung", "stopped", "ended");
            release.countDown();
            hung.submit(() -> {}).get();
            assertThat(watch.silent()).containsOnlyKeys("stopped", "ended");
        } finally {
            release.countDown();
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
            now.addAndGet(Duration.ofSeconds(1).toNanos());
            watch.silent();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Clock clock() {
        return new Clock() {
            @Override
            public long nanos() {
                return now.get();
            }

            @Override
            public long wallMs() {
                return 0;
            }
        };
    }
}
