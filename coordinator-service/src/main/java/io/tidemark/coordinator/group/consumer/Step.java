package io.tidemark.coordinator.group.consumer;

import io.tidemark.protocol.ErrorCode;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A request, or a deadline that has passed, on its way through a group: it enters, changing
 * members; once the group has settled it gets its answer; and that is told once the changes are
 * durable.
 */
final class Step<R> {
    private final Supplier<Optional<R>> enter;
    private final Supplier<R> answer;
    private final Function<ErrorCode, R> failure;
    private final boolean leaving;
    private final CompletableFuture<R> told = new CompletableFuture<>();
    private @Nullable R prepared;

    /**
     * @param enter changes members; returns an answer where the request is refused
     * @param answer called once the group has settled
     * @param failure the answer of a coordinator that cannot say what became of the request
     * @param leaving whether its answer does not depend on a target
     */
    private Step(
            Supplier<Optional<R>> enter,
            Supplier<R> answer,
            Function<ErrorCode, R> failure,
            boolean leaving) {
        this.enter = enter;
        this.answer = answer;
        this.failure = failure;
        this.leaving = leaving;
    }

    /** Of a member that stays. */
    static <R> Step<R> staying(
            Supplier<Optional<R>> enter, Supplier<R> answer, Function<ErrorCode, R> failure) {
        return new Step<>(enter, answer, failure, false);
    }

    /** Of a member that goes. */
    static <R> Step<R> leaving(
            Supplier<Optional<R>> enter, Supplier<R> answer, Function<ErrorCode, R> failure) {
        return new Step<>(enter, answer, failure, true);
    }

    boolean isLeaving() {
        return leaving;
    }

    /** Returns false where it is refused, and told so. */
    boolean enter() {
        Optional<R> refused = enter.get();
        refused.ifPresent(told::complete);
        return refused.isEmpty();
    }

    void prepare() {
        prepared = answer.get();
    }

    /** Nothing has to last, or all of it does. */
    void tell() {
        if (prepared != null) {
            told.complete(prepared);
        }
    }

    void fail(ErrorCode error) {
        told.complete(failure.apply(error));
    }

    CompletionStage<R> told() {
        return told;
    }
}
