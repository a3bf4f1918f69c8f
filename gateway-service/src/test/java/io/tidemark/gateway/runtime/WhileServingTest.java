package io.tidemark.gateway.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.web.server.context.WebServerGracefulShutdownLifecycle;

class WhileServingTest {

    private final List<String> done = new ArrayList<>();

    @Test
    void shouldStartAndStopOnceEach() {
        WhileServing part = new WhileServing(() -> done.add("start"), () -> done.add("stop"));
        assertThat(part.isRunning()).isFalse();

        part.start();
        assertThat(part.isRunning()).isTrue();
        part.stop();

        assertThat(part.isRunning()).isFalse();
        assertThat(done).containsExactly("start", "stop");
    }

    @Test
    void shouldStopBeforeTheWebServerDoes() {
        assertThat(WhileServing.endedBy(() -> {}).getPhase())
                .isGreaterThan(WebServerGracefulShutdownLifecycle.SMART_LIFECYCLE_PHASE);
    }

    @Test
    void shouldPassAnInterruptOn() {
        WhileServing part =
                WhileServing.endedBy(
                        () -> {
                            throw new InterruptedException();
                        });
        part.start();

        part.stop();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(part.isRunning()).isFalse();
    }
}
