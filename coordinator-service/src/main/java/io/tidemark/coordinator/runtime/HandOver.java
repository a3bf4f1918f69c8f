package io.tidemark.coordinator.runtime;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Hands what an event loop has read in one go to the groups' thread together, so that it is woken
 * once for all of that. Keeps the order of each loop's tasks.
 */
final class HandOver {
    private final GroupThread thread;
    private final FastThreadLocal<@Nullable List<Runnable>> gathered = new FastThreadLocal<>();

    HandOver(GroupThread thread) {
        this.thread = thread;
    }

    /** On the loop. */
    void execute(EventLoop loop, Runnable task) {
        if (!loop.inEventLoop()) {
            throw new IllegalStateException("Only the loop hands over what it has read");
        }
        List<Runnable> tasks = gathered.get();
        if (tasks == null) {
            tasks = new ArrayList<>();
            gathered.set(tasks);
            loop.execute(this::give); // behind what it has to read already
        }
        tasks.add(task);
    }

    private void give() {
        List<Runnable> tasks = gathered.get();
        gathered.remove();
        if (tasks != null) {
            thread.executeAll(tasks);
        }
    }
}
