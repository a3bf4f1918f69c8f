package io.tidemark.gateway.group.consumer;

import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Requests that wait for a state of the instance. Belongs to the instance's loop. */
final class Watchers {

    private final EventExecutor loop;
    private final List<Runnable> waiting = new ArrayList<>();

    Watchers(EventExecutor loop) {
        this.loop = loop;
    }

    /** Completes when the condition holds, or after {@code limitMs}. */
    CompletionStage<?> await(BooleanSupplier condition, long limitMs) {
        CompletableFuture<Void> result = new CompletableFuture<>();
        Runnable look =
                () -> {
                    if (condition.getAsBoolean()) {
                        result.complete(null);
                    }
                };
        look.run();
        if (!result.isDone()) {
            waiting.add(look);
            var timer = loop.schedule(() -> result.complete(null), limitMs, TimeUnit.MILLISECONDS);
            result.whenComplete(
                    (done, failure) -> {
                        timer.cancel(false);
                        waiting.remove(look);
                    });
        }
        return result;
    }

    /** Something has changed. */
    void look() {
        List.copyOf(waiting).forEach(Runnable::run);
    }
}
