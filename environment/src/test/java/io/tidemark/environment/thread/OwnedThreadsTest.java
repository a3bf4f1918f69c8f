package io.tidemark.environment.thread;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a bug costs: the task it is in, or the process; never a thread that nobody misses. */
class OwnedThreadsTest {
    private final List<String> fatal = new CopyOnWriteArrayList<>();
    private final OwnedThreads threads = new OwnedThreads(fatal::add);

    @Test
    void shouldEndTheProcessWithAThreadThatDies() throws InterruptedException {
        Thread thread =
                threads.unstarted(
                        "owner",
                        () -> {
                            throw new IllegalStateException("a bug");
                        });
        thread.start();
        thread.join();
        assertThat(fatal)
                .containsExactly(
                        "its thread owner cannot go on: java.lang.IllegalStateException: a bug");
    }

    @Test
    void shouldFailOneTaskForAnExceptionAndTheProcessForAnError() throws Exception {
        try (ScheduledExecutorService timer = threads.timer("timer");
                ThreadPoolExecutor pool = threads.pool("pool", 1)) {
            // When
            timer.execute(
                    () -> {
                        throw new IllegalStateException("a bug");
                    });
            timer.execute(
                    () -> {
                        throw new StackOverflowError("of one request");
                    });
            pool.submit(
                    () -> {
                        throw new IllegalStateException("a bug");
                    });
            timer.submit(() -> {}).get();
            pool.submit(() -> {}).get();

            // Then
            assertThat(fatal).isEmpty();

            // When
            timer.schedule(
                    () -> {
                        throw new OutOfMemoryError("no more");
                    },
                    1,
                    TimeUnit.MILLISECONDS);
            pool.submit(
                    () -> {
                        throw new NoClassDefFoundError("Gone");
                    });
        }

        // Then
        assertThat(fatal)
                .containsExactlyInAnyOrder(
                        "its thread timer-0 cannot go on: java.lang.OutOfMemoryError: no more",
                        "its thread pool-0 cannot go on: java.lang.NoClassDefFoundError: Gone");
    }

    @Test
    void shouldRunATaskForAThreadThatGoesOn() {
        threads.run(
                () -> {
                    throw new IllegalStateException("a bug");
                });
        assertThat(fatal).isEmpty();
        threads.run(
                () -> {
                    throw new OutOfMemoryError("no more");
                });
        assertThat(fatal).hasSize(1);
    }
}
