package io.tidemark.telemetry.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.environment.Clock;
import io.tidemark.environment.thread.ThreadWatch;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

class ThreadsHealthTest {

    @Test
    void shouldBeDownAndNameTheThreadThatHangs() {
        // Given
        AtomicLong now = new AtomicLong();
        ThreadWatch watch = new ThreadWatch(clock(now), Duration.ofSeconds(30));
        watch.add("coordinator-groups", () -> false);
        watch.add("coordinator", () -> true);
        ThreadsHealth health = new ThreadsHealth(watch);
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);

        // When
        for (int i = 0; i < 16; i++) {
            now.addAndGet(Duration.ofSeconds(2).toNanos());
            watch.silent();
        }
        Health found = health.health();

        // Then
        assertThat(found.getStatus()).isEqualTo(Status.DOWN);
        assertThat(found.getDetails())
                .containsEntry("silentMs", Map.of("coordinator-groups", 32_000L))
                .containsEntry("watched", 2);
    }

    private static Clock clock(AtomicLong nanos) {
        return new Clock() {
            @Override
            public long nanos() {
                return nanos.get();
            }

            @Override
            public long wallMs() {
                return 0;
            }
        };
    }
}
