package io.tidemark.telemetry.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.environment.HandSetClock;
import io.tidemark.environment.thread.ThreadWatch;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

class ThreadsHealthTest {

    @Test
    void shouldBeDownAndNameTheThreadThatHangs() {
        // Given
        HandSetClock clock = new HandSetClock();
        ThreadWatch watch = new ThreadWatch(clock, Duration.ofSeconds(30));
        watch.add("coordinator-groups", () -> false);
        watch.add("coordinator", () -> true);
        ThreadsHealth health = new ThreadsHealth(watch);
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);

        // When
        for (int i = 0; i < 16; i++) {
            clock.advance(Duration.ofSeconds(2));
            watch.silent();
        }
        Health found = health.health();

        // Then
        assertThat(found.getStatus()).isEqualTo(Status.DOWN);
        assertThat(found.getDetails())
                .containsEntry("silentMs", Map.of("coordinator-groups", 32_000L))
                .containsEntry("watched", 2);
    }
}
