package io.tidemark.partition.serving;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Part of an executor, for tasks that hold much while they run: no more than a few of them run at a
 * time. Whoever waits takes turns, so that nobody's many tasks keep others waiting; the tasks of
 * one run in the order they came. Any thread.
 */
public final class FewAtATime {
    private static final Logger log = LoggerFactory.getLogger(FewAtATime.class);

    private final Executor executor;
    private final int most;

    /** By whose they are; whoever is first has the next turn, and none is without a task. */
    private final Map<Object, Queue<Runnable>> waiting = new LinkedHashMap<>();

    private int running;

    /**
     * @param most tasks at a time, at least 1
     */
    public FewAtATime(Executor executor, int most) {
        this.executor = executor;
        this.most = most;
    }

    /**
     * Runs a task when it is its turn.
     *
     * @param whose takes turns with others; compared by equals
     * @throws RejectedExecutionException where the executor has ended
     */
    void execute(Object whose, Runnable task) {
        synchronized (this) {
            if (running == most) {
                waiting.computeIfAbsent(whose, w -> new ArrayDeque<>()).add(task);
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
            next = next();
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

    private @Nullable Runnable next() {
        Iterator<Map.Entry<Object, Queue<Runnable>>> turns = waiting.entrySet().iterator();
        if (!turns.hasNext()) {
            return null;
        }
        Map.Entry<Object, Queue<Runnable>> turn = turns.next();
        Object whose = turn.getKey();
        Queue<Runnable> tasks = turn.getValue();
        turns.remove();
        Runnable next = tasks.poll();
        if (!tasks.isEmpty()) {
            waiting.put(whose, tasks);
        }
        return next;
    }
}
