package io.tidemark.environment.thread;

import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A sign of life of something that does work. */
public interface Pulse {

    /**
     * Whether it has lived since this was asked last; also where it has nothing to do. Any thread;
     * never blocks.
     */
    boolean beats();

    /** The thread behind it, where that is known. */
    default Optional<Thread> thread() {
        return Optional.empty();
    }

    /** Of a thread that runs tasks: the task of the last look has run. */
    static Pulse of(Executor executor) {
        return new Answering(executor);
    }

    /** Of a thread that may wait for as long as it likes: it is there. */
    static Pulse of(Thread thread) {
        return new Pulse() {
            @Override
            public boolean beats() {
                return thread.isAlive();
            }

            @Override
            public Optional<Thread> thread() {
                return Optional.of(thread);
            }
        };
    }

    /** Asks by a task. */
    final class Answering implements Pulse {
        private final Executor executor;
        private final AtomicReference<@Nullable Thread> answered = new AtomicReference<>();
        private volatile @Nullable Thread last;
        private boolean asked;

        private Answering(Executor executor) {
            this.executor = executor;
        }

        @Override
        public synchronized boolean beats() {
            if (!asked) {
                return ask();
            }
            Thread by = answered.getAndSet(null);
            if (by == null) {
                return false;
            }
            last = by;
            return ask();
        }

        /** One task at a time, so that a thread that hangs does not gather them. */
        private boolean ask() {
            try {
                executor.execute(() -> answered.set(Thread.currentThread()));
                asked = true;
                return true;
            } catch (RejectedExecutionException dead) {
                asked = false;
                return false;
            }
        }

        @Override
        public Optional<Thread> thread() {
            return Optional.ofNullable(last);
        }
    }
}
