package io.tidemark.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeldomTest {
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private final HandSetClock clock = new HandSetClock();
    private final Seldom seldom = new Seldom(clock, 3);
    private final List<String> lines = new ArrayList<>();

    private void say(String key) {
        seldom.say(key, more -> lines.add(key + more));
    }

    @Test
    void shouldSayAThingAtOnceAndThenOnceAPeriodWithWhatWasLeftOut() {
        say("a");
        say("a");
        clock.advance(PERIOD.minusNanos(1));
        say("a");
        assertThat(lines).containsExactly("a");

        clock.advance(Duration.ofNanos(1));
        say("a");
        clock.advance(PERIOD);
        say("a");

        assertThat(lines).containsExactly("a", "a (2 more like it were left out)", "a");
    }

    @Test
    void shouldTellKeysApart() {
        say("a");
        say("b");
        say("a");

        assertThat(lines).containsExactly("a", "b");
    }

    @Test
    void shouldCountAsOneWhatIsTooMuchToTellApart() {
        for (int i = 0; i < 1_000; i++) {
            say("key-" + i);
        }
        assertThat(lines).containsExactly("key-0", "key-1", "key-2", "key-3");

        clock.advance(PERIOD);
        for (int i = 0; i < 1_000; i++) {
            say("later-" + i);
        }

        assertThat(lines)
                .hasSize(8)
                .endsWith(
                        "later-0",
                        "later-1",
                        "later-2",
                        "later-3 (996 more like it were left out)");
    }
}
