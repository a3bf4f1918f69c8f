package io.tidemark.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import io.tidemark.environment.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** An event loop that does not turn is found, and no other. */
class LoopWatchTest {

    @Test
    void shouldTellALoopThatIsStuckFromOneThatTurns() throws Exception {
        EventLoopGroup group = EventLoops.create(2, "watched");
        AtomicLong now = new AtomicLong();
        LoopWatch watch = new LoopWatch(group, clock(now), Duration.ofSeconds(20));
        CountDownLatch release = new CountDownLatch(1);
        try {
            // Given
            EventExecutor held = group.next();
            held.execute(() -> awaitQuietly(release));
            assertThat(watch.stuck()).isZero();
            for (EventExecutor loop : group) {
                if (loop != held) {
                    loop.submit(() -> {}).await();
                }
            }
            // When
            now.addAndGet(Duration.ofSeconds(20).toNanos());
            assertThat(watch.stuck()).as("not longer than allowed").isZero();
            now.addAndGet(1);
            // Then
            assertThat(watch.stuck()).isEqualTo(1);
            // And when it turns again
            release.countDown();
            held.submit(() -> {}).await();
            assertThat(watch.stuck()).isZero();
        } finally {
            release.countDown();
            group.shutdownGracefully();
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
