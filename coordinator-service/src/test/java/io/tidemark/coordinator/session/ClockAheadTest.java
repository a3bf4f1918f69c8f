package io.tidemark.coordinator.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClockAheadTest {
    private final ClockAhead ahead = new ClockAhead();
    private long nowMs = 1_000_000;

    @Test
    void shouldTakeTheHeartbeatThatWasHeldUpLeast() {
        heard(3_000, 700);
        heard(3_000, 2);
        heard(3_000, 9_000);
        assertThat(ahead.ms()).isEqualTo(2_998);
    }

    @Test
    void shouldTellOfAClockThatIsBehind() {
        heard(-60_000, 5);
        assertThat(ahead.ms()).isEqualTo(-60_005);
    }

    @Test
    void shouldForgetAClockThatWasSetRight() {
        heard(60_000, 0);
        for (int i = 0; i < 30; i++) {
            nowMs += 1_000;
            heard(0, 1);
        }
        assertThat(ahead.ms()).isEqualTo(-1);
    }

    @Test
    void shouldForgetWhatItHeardBeforeALongSilence() {
        heard(60_000, 0);
        nowMs += 60_000;
        heard(0, 1);
        assertThat(ahead.ms()).isEqualTo(-1);
    }

    private void heard(long offsetMs, long heldUpMs) {
        ahead.heard(nowMs + offsetMs - heldUpMs, nowMs, TimeUnit.MILLISECONDS.toNanos(nowMs));
    }
}
