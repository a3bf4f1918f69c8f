package io.tidemark.coordinator.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SessionsTest {
    private static final long MS = 1_000_000;

    private final Sessions sessions = new Sessions(1_500, 250);

    @Test
    void shouldNotTakeTimeThatNobodyLookedForASignOfLife() {
        // Given a node that was heard, and a coordinator that was suspended afterwards
        sessions.begin(0, List.of(1));
        sessions.heard(1, 100 * MS);
        long asked = 200 * MS;

        // When it looks again
        List<Integer> expired = sessions.expired(5_000 * MS);

        // Then the node is neither blamed, nor taken for alive
        assertThat(expired).isEmpty();
        assertThat(sessions.wasHeardAfter(1, asked)).isFalse();
        assertThat(sessions.wasHeardAfter(1, 50 * MS)).isTrue();
    }
}
