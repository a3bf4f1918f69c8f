package io.tidemark.telemetry.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.tidemark.environment.thread.ThreadWatch;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;

class LivenessConfigurationTest {

    @Test
    void shouldAskNobodyAnyMoreWhileTheProcessStops() {
        CompletableFuture<Integer> watchedAtTheStop = new CompletableFuture<>();
        new ApplicationContextRunner()
                .withUserConfiguration(LivenessConfiguration.class)
                .run(
                        started -> {
                            ThreadWatch watch = started.getBean(ThreadWatch.class);
                            watch.add("http-loop", () -> true);
                            ConfigurableApplicationContext context =
                                    started.getSourceApplicationContext(
                                            ConfigurableApplicationContext.class);
                            // As late as what is started first, and so stopped last.
                            context.getBeanFactory()
                                    .registerSingleton("probe", new Probe(watch, watchedAtTheStop));
                            context.start();
                            assertThat(watch.size()).isEqualTo(1);

                            context.close();

                            assertThat(watchedAtTheStop).isCompletedWithValue(0);
                        });
    }

    /** Whom the watch still asks when HTTP loops are stopped. */
    private static final class Probe implements SmartLifecycle {
        private final ThreadWatch watch;
        private final CompletableFuture<Integer> found;
        private boolean running;

        Probe(ThreadWatch watch, CompletableFuture<Integer> found) {
            this.watch = watch;
            this.found = found;
        }

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            running = false;
            found.complete(watch.size());
        }

        @Override
        public boolean isRunning() {
            return running;
        }
    }
}
