package io.tidemark.partition.runtime;

import io.netty.channel.EventLoop;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** An event loop of Netty's, on which connections sit, too. */
public record NettyLoop(EventLoop eventLoop) implements Loop {

    @Override
    public void execute(Runnable task) {
        if (eventLoop.inEventLoop()) {
            task.run();
        } else {
            eventLoop.execute(task);
        }
    }

    @Override
    public void afterThisPass(Runnable task) {
        eventLoop.execute(task);
    }

    @Override
    public boolean inLoop() {
        return eventLoop.inEventLoop();
    }

    @Override
    public Timer schedule(long delayMs, Runnable task) {
        Future<?> scheduled = eventLoop.schedule(task, delayMs, TimeUnit.MILLISECONDS);
        return () -> scheduled.cancel(false);
    }
}
