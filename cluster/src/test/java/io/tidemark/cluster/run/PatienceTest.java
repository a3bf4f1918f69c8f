package io.tidemark.cluster.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    @Test
    void shouldWaitForASlowMachineAsLongAsSomethingMoves() {
        Patience patience = new Patience(Duration.ofMinutes(15), 0);

        for (int minute = 1; minute <= 14; minute++) {
            assertThat(patience.exhausted("lines " + minute / 2, minute * MINUTE)).isEmpty();
        }
        assertThat(patience.elapsed(14 * MINUTE)).isEqualTo(Duration.ofMinutes(14));
    }

    @Test
    void shouldGiveUpAtTheLimitThatWasGiven() {
        Patience patience = new Patience(Duration.ofMinutes(2), 0);

        assertThat(patience.exhausted("one", 2 * MINUTE)).isEmpty();
        assertThat(patience.exhausted("two", 2 * MINUTE + 1).orElseThrow())
                .contains("longer than the 120 s of --timeout");
    }

    @Test
    void shouldGiveUpWhereNothingMovesAnyMore() {
        Patience patience = new Patience(Duration.ofMinutes(15), 0);

        assertThat(patience.exhausted("hangs", MINUTE)).isEmpty();
        assertThat(patience.exhausted("hangs", 4 * MINUTE)).isEmpty();
        assertThat(patience.exhausted("hangs", 4 * MINUTE + 1).orElseThrow())
                .contains("for 180 s nothing has moved");
    }
}
