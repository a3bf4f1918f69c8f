package io.tidemark.coordinator.group.classic;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Answers to those who wait. They leave when the group has finished deciding, so whoever is
 * answered may call again at once and finds the group as the answer says.
 */
final class Answers {
    private final Deque<Runnable> ready = new ArrayDeque<>();
    private int depth;

    /** Decides, then sends every answer that was given meanwhile. */
    <T> T after(Supplier<T> decision) {
        depth++;
        try {
            return decision.get();
        } finally {
            depth--;
            send();
        }
    }

    /** {@link #after(Supplier)} for a decision that nobody called for. */
    void after(Runnable decision) {
        depth++;
        try {
            decision.run();
        } finally {
            depth--;
            send();
        }
    }

    /** Only within a decision. */
    <T> void give(CompletableFuture<T> waiting, T answer) {
        ready.add(() -> waiting.complete(answer));
    }

    private void send() {
        while (depth == 0 && !ready.isEmpty()) {
            ready.remove().run();
        }
    }
}
