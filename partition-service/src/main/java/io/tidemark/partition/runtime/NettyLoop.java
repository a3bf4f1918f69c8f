package io.tidemark.partition.runtime;

import io.netty.channel.EventLoop;
import io.tidemark.environment.thread.OwnedThreads;
import io.tidemark.partition.serving.Loop;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * An event loop of Netty's, on which connections sit, too. Netty would pass over whatever a task
 * throws; here an error ends the process, as {@link OwnedThreads} has it.
 */
public record NettyLoop(EventLoop eventLoop, OwnedThreads threads) implements Loop {

    @Override
    public void execute(Runnable task) {
        if (eventLoop.inEventLoop()) {
            task.run();
        } else {
            eventLoop.execute(() -> threads.run(task));
        }
    }

    @Override
    public void afterThisPass(Runnable task) {
        eventLoop.execute(() -> threads.run(task));
    }

    @Override
    public boolean inLoop() {
        return eventLoop.inEventLoop();
    }

    @Override
    public Timer schedule(long delayMs, Runnable task) {
        Future<?> scheduled =
                eventLoop.schedule(() -> threads.run(task), delayMs, TimeUnit.MILLISECONDS);
        return () -> scheduled.cancel(false);
    }
}
