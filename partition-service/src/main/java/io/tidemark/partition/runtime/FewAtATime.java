package io.tidemark.partition.runtime;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Part of an executor, for tasks that hold much while they run: no more than a few of them run at a
 * time, the others wait in the order they came. Any thread.
 */
final class FewAtATime implements Executor {
    private static final Logger log = LoggerFactory.getLogger(FewAtATime.class);

    private final Executor executor;
    private final int most;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int running;

    /**
     * @param most tasks at a time, at least 1
     */
    FewAtATime(Executor executor, int most) {
        this.executor = executor;
        this.most = most;
    }

    /**
     * @throws RejectedExecutionException where the executor has ended
     */
    @Override
    public void execute(Runnable task) {
        synchronized (this) {
            if (running == most) {
                waiting.add(task);
                return;
            }
            running++;
        }
        start(task);
    }

    private void start(Runnable task) {
        executor.execute(
                () -> {
                    try {
                        task.run();
                    } finally {
                        ended();
                    }
                });
    }

    private void ended() {
        Runnable next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                running--;
            }
        }
        if (next != null) {
            try {
                start(next);
            } catch (RejectedExecutionException e) {
                log.debug("The node is stopping", e);
            }
        }
    }
}
