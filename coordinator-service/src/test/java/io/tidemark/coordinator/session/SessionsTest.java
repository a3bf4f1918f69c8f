package io.tidemark.coordinator.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private static final long MS = 1_000_000;

    private final Sessions sessions = new Sessions(1_500, 6_000, 250);

    @Test
    void shouldNotTakeTimeThatNobodyLookedForASignOfLife() {
        // Given a node that was heard, and a coordinator that was suspended afterwards
        sessions.begin(0, List.of(1));
        sessions.heard(1, 1, 100 * MS);
        long asked = 200 * MS;

        // When it looks again
        List<Integer> expired = sessions.expired(5_000 * MS);

        // Then the node is neither blamed, nor taken for alive
        assertThat(expired).isEmpty();
        assertThat(sessions.wasHeardAfter(1, asked)).isFalse();
        assertThat(sessions.wasHeardAfter(1, 50 * MS)).isTrue();
    }

    @Test
    void shouldMoveEverybodysDeadlineByWhatItIsLateItself() {
        // Given a coordinator that is scheduled only now and then: each look is 240 ms late
        sessions.begin(0, List.of(1));
        sessions.heard(1, 1, 0);

        // When the node's heartbeat waits, too, for 2.9 s
        for (long at = 490; at <= 2_940; at += 490) {
            assertThat(sessions.expired(at * MS)).as("after %d ms", at).isEmpty();
        }

        // Then only what it listened for counts: 250 of each 490 ms
        assertThat(sessions.expired(2_941 * MS)).containsExactly(1);
    }

    @Test
    void shouldBearMoreOfANodeThatIsSlowButAnswers() {
        // Given heartbeats that came, of one node the second after 1.25 s
        sessions.begin(0, List.of(1, 2));
        beat(1, 1, 0);
        beat(2, 1, 0);
        look(0, 250);
        beat(2, 1, 250);
        look(250, 1_250);
        beat(1, 1, 1_250);

        // When both are silent
        assertThat(look(1_250, 1_750)).isEmpty();
        List<Integer> first = look(1_750, 2_000);
        sessions.forget(2);

        // Then the one is lost as ever, the other after three times as long
        assertThat(first).containsExactly(2);
        assertThat(look(2_000, 5_000)).isEmpty();
        assertThat(look(5_000, 5_250)).containsExactly(1);
    }

    @Test
    void shouldBearNoMoreThanTheLongestAndForgetSlowness() {
        // Given a node that was away for 5 s, and came back
        sessions.begin(0, List.of(1));
        beat(1, 1, 0);
        look(0, 5_000);
        sessions.forget(1);
        beat(1, 1, 5_000);

        // Then
        assertThat(look(5_000, 11_000)).isEmpty();
        assertThat(look(11_000, 11_250)).containsExactly(1);

        // When it is on time for a minute
        long now = 11_250;
        for (int i = 0; i < 250; i++) {
            beat(1, 1, now);
            now += 250;
            look(now - 250, now);
        }

        // Then
        assertThat(look(now, now + 1_250)).isEmpty();
        assertThat(look(now + 1_250, now + 1_500)).containsExactly(1);
    }

    @Test
    void shouldNotHoldItsPredecessorsSlownessForANewProcess() {
        sessions.begin(0, List.of(1));
        beat(1, 1, 0);
        look(0, 5_000);
        beat(1, 2, 5_000);
        assertThat(look(5_000, 6_500)).isEmpty();
        assertThat(look(6_500, 6_750)).containsExactly(1);
    }

    @Test
    void shouldKnowAsSoonAsEverThatAProcessDiedOnAMachineThatIsNotBusy() {
        sessions.begin(0, List.of(1));
        beat(1, 1, 0);
        look(0, 250);
        beat(1, 1, 250);
        assertThat(sessions.suspect(1, 260 * MS)).isEqualTo(500);
        assertThat(look(250, 750)).isEmpty();
        assertThat(sessions.expired(761 * MS)).containsExactly(1);
    }

    private void beat(int node, long epoch, long atMs) {
        sessions.heard(node, epoch, atMs * MS);
    }

    /** Looks every 250 ms; returns what the last look found. */
    private List<Integer> look(long fromMs, long toMs) {
        List<Integer> expired = List.of();
        for (long at = fromMs + 250; at <= toMs; at += 250) {
            expired = sessions.expired(at * MS);
        }
        return expired;
    }
}
