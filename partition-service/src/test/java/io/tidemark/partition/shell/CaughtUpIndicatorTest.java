package io.tidemark.partition.shell;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

/** Readiness is latched. */
class CaughtUpIndicatorTest {

    @Test
    void shouldStayUpOnceItHasCaughtUp() {
        AtomicBoolean caughtUp = new AtomicBoolean();
        CaughtUpIndicator indicator = new CaughtUpIndicator(caughtUp::get);
        assertThat(indicator.health().getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(indicator.health().getDetails()).containsKey("waitsFor");
        caughtUp.set(true);
        assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
        caughtUp.set(false);
        assertThat(indicator.health().getStatus()).isEqualTo(Status.UP);
    }
}
