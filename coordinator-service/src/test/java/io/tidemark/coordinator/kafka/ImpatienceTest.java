package io.tidemark.coordinator.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.environment.Clock;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ImpatienceTest {
    private long nowNanos;

    private final Impatience impatience =
            new Impatience(
                    new Clock() {
                        @Override
                        public long nanos() {
                            return nowNanos;
                        }

                        @Override
                        public long wallMs() {
                            return 0;
                        }
                    });

    @Test
    void shouldRememberAMemberForTenMinutes() {
        impatience.shown("a");

        assertThat(impatience.isOf("b")).isFalse();
        nowNanos = TimeUnit.MINUTES.toNanos(10) - 1;
        assertThat(impatience.isOf("a")).isTrue();
        nowNanos++;
        assertThat(impatience.isOf("a")).isFalse();
    }

    @Test
    void shouldRememberABoundedNumber() {
        for (int i = 0; i <= 10_000; i++) {
            impatience.shown("m" + i);
        }

        assertThat(impatience.isOf("m0")).isFalse();
        assertThat(impatience.isOf("m10000")).isTrue();
    }
}
