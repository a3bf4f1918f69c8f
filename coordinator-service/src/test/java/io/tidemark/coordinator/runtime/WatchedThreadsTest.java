package io.tidemark.coordinator.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.environment.HandSetClock;
import io.tidemark.environment.thread.OwnedThreads;
import io.tidemark.environment.thread.ThreadWatch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator's threads: what a bug on them costs, and that one that hangs is named. */
class WatchedThreadsTest {
    private final HandSetClock clock = new HandSetClock();
    private final ThreadWatch watch = new ThreadWatch(clock, Duration.ofSeconds(30));
    private final List<String> fatal = new CopyOnWriteArrayList<>();

    @TempDir Path folder;

    @Test
    void shouldEndTheProcessForAnErrorOfTheGroupsAndGoOnAfterABug() {
        try (GroupThread thread = new GroupThread(new OwnedThreads(fatal::add))) {
            // When
            thread.execute(
                    () -> {
                        throw new IllegalStateException("a bug");
                    });
            answers(thread);

            // Then
            assertThat(fatal).isEmpty();

            // When
            thread.execute(
                    () -> {
                        throw new OutOfMemoryError("no more");
                    });
            answers(thread);

            // Then
            assertThat(fatal)
                    .hasSize(1)
                    .first()
                    .asString()
                    .contains("coordinator-groups", "no more");
        }
    }

    @Test
    void shouldNameTheGroupsThreadWhereItHangs() {
        CompletableFuture<Void> release = new CompletableFuture<>();
        try (GroupThread thread = new GroupThread(new OwnedThreads(fatal::add))) {
            thread.watchedBy(watch);
            thread.execute(release::join);

            // When
            forASecondEach(40);

            // Then
            assertThat(watch.silent()).containsOnlyKeys("coordinator-groups");

            // And when it goes on
            release.complete(null);
            answers(thread);
            assertThat(watch.silent()).isEmpty();
        } finally {
            release.complete(null);
        }
    }

    @Test
    void shouldHearAllThreadsOfACoordinatorThatRunsAndNoneOfOneThatDoesNot() throws Exception {
        Coordinator coordinator = RunningCoordinator.alone(folder);
        coordinator.watchedBy(watch);
        assertThat(watch.size()).isEqualTo(5);
        try (coordinator) {
            // When: more commands than looks, and then none
            for (int i = 0; i < 20; i++) {
                RunningCoordinator.await(
                        coordinator.submit(RunningCoordinator.registration(i, Uuid.randomUuid())));
                clock.advance(Duration.ofSeconds(2));
                awaitNobodyIsSilent();
            }
        }

        // Then
        forASecondEach(40);
        assertThat(watch.silent())
                .containsKeys(
                        "coordinator",
                        "coordinator-groups",
                        "coordinator-metadata",
                        "coordinator-patterns");
    }

    private void awaitNobodyIsSilent() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!watch.silent().isEmpty()) {
            assertThat(System.nanoTime()).as("silent: %s", watch.silent()).isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void forASecondEach(int count) {
        for (int i = 0; i < count; i++) {
            clock.advance(Duration.ofSeconds(1));
            watch.silent();
        }
    }

    private static void answers(GroupThread thread) {
        CompletableFuture<Void> ran = new CompletableFuture<>();
        thread.execute(() -> ran.complete(null));
        ran.orTimeout(20, TimeUnit.SECONDS).join();
    }
}
