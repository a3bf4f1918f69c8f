package io.tidemark.partition.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.DefaultEventLoop;
import io.tidemark.environment.thread.OwnedThreads;
import io.tidemark.partition.runtime.NettyLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WaitingFetchesTest {
    private final DefaultEventLoop eventLoop = new DefaultEventLoop();
    private final WaitingFetches waiting =
            new WaitingFetches(new NettyLoop(eventLoop, new OwnedThreads(reason -> {})));
    private final List<String> told = new ArrayList<>();

    @AfterEach
    void stopLoop() {
        eventLoop.shutdownGracefully();
    }

    @Test
    void shouldTellAllThatWaitOfTheBytesThatCameWhileTheyDid() throws Exception {
        waiting.committed(100);
        waiting.add(bytes -> told.add("a" + bytes));
        FetchWaiter.Watch gone = waiting.add(bytes -> told.add("b" + bytes));
        waiting.add(bytes -> told.add("c" + bytes));
        gone.cancel();
        gone.cancel();

        eventLoop
                .submit(
                        () -> {
                            waiting.committed(103);
                            waiting.wakeAfterThisPass();
                            waiting.committed(105);
                            waiting.wakeAfterThisPass();
                        })
                .get();
        passEnds();

        assertThat(told).containsExactly("a5", "c5");
    }

    @Test
    void shouldBearThatWaitersComeAndGoWhileTheyAreTold() {
        List<FetchWaiter.Watch> watches = new ArrayList<>();
        watches.add(
                waiting.add(
                        bytes -> {
                            told.add("first");
                            watches.forEach(FetchWaiter.Watch::cancel);
                            waiting.add(more -> told.add("late"));
                        }));
        watches.add(waiting.add(bytes -> told.add("second")));

        waiting.lookAgain();
        assertThat(told).containsExactly("first", "second");

        waiting.lookAgain();
        assertThat(told).containsExactly("first", "second", "late");
    }

    private void passEnds() throws InterruptedException, ExecutionException {
        eventLoop.submit(() -> {}).get();
    }
}
