package io.tidemark.coordinator.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.DefaultEventLoop;
import io.netty.channel.EventLoop;
import io.tidemark.environment.thread.OwnedThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandOverTest {
    private static final int TASKS = 1_000;

    private final EventLoop loop = new DefaultEventLoop();
    private final GroupThread thread = new GroupThread(new OwnedThreads(reason -> {}));
    private final HandOver handOver = new HandOver(thread);

    @AfterEach
    void stop() {
        thread.close();
        loop.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
    }

    @Test
    void shouldRunWhatALoopHandsOverInItsOrder() throws Exception {
        List<Integer> ran = new ArrayList<>();
        List<String> threads = new ArrayList<>();
        CountDownLatch done = new CountDownLatch(TASKS);
        for (int i = 0; i < TASKS; i++) {
            int number = i;
            loop.execute(
                    () ->
                            handOver.execute(
                                    loop,
                                    () -> {
                                        ran.add(number);
                                        threads.add(Thread.currentThread().getName());
                                        done.countDown();
                                    }));
        }

        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ran).containsExactlyElementsOf(IntStream.range(0, TASKS).boxed().toList());
        assertThat(threads).allMatch(name -> name.startsWith("coordinator-groups"));
    }

    @Test
    void shouldRunTheOthersWhereOneFails() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        loop.execute(
                () -> {
                    handOver.execute(
                            loop,
                            () -> {
                                throw new IllegalStateException("as the test wants it");
                            });
                    handOver.execute(loop, done::countDown);
                });

        assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void shouldBeForTheLoopAlone() {
        assertThatThrownBy(() -> handOver.execute(loop, () -> {}))
                .isInstanceOf(IllegalStateException.class);
    }
}
