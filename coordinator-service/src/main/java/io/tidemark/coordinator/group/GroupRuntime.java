package io.tidemark.coordinator.group;

import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one way in which groups change while a coordinator leads:
 *
 * <pre>
 *  decided -- the log takes it --> applied to the state -- durable --> answered
 *     |                                                 +-- its fate is not known --> answered so;
 *     |                                                     this state is dropped and loaded anew
 *     +------ it is too large ---> answered so, the state as it was
 * </pre>
 *
 * The state runs ahead of the log by what is under way. What the log has is in another {@link
 * GroupStates}, which applies the same changes when they are committed, as on every coordinator.
 * Belongs to the groups' thread.
 *
 * @see <a href="../../../../../../../../docs/adr/0196-groups-decide-log-apply.md">ADR 196</a>
 */
public final class GroupRuntime {
    private static final Logger LOG = LoggerFactory.getLogger(GroupRuntime.class);

    private final ChangeLog log;
    private final GroupStates decided;

    /**
     * @param decided what the log has; this runtime's own from now on
     */
    public GroupRuntime(ChangeLog log, GroupStates decided) {
        this.log = log;
        this.decided = decided;
    }

    /** All groups as decided, durable or not. Changes by decisions alone. */
    public GroupStates decided() {
        return decided;
    }

    /**
     * Carries a decision out.
     *
     * @return the answer, at once where nothing changes; completes on the groups' thread
     */
    public <R> CompletionStage<R> decide(Decision<R> decision) {
        return decision.changes().isEmpty()
                ? CompletableFuture.completedFuture(decision.response())
                : append(decision);
    }

    /**
     * Tells what was read of the state, once everything decided before is durable and this
     * coordinator is known to have led when it was called.
     */
    public <R> CompletionStage<R> confirm(R read, Function<ErrorCode, R> failure) {
        return append(new Decision<>(List.of(), read, failure));
    }

    /**
     * Whether a decision was answered so because the log takes no such change: whoever has worked
     * ahead of the state has to fall back to it ({@link GroupHost#fallBack}).
     */
    public static boolean isRefusal(ErrorCode error) {
        return error == ErrorCode.GROUP_MAX_SIZE_REACHED
                || error == ErrorCode.INVALID_COMMIT_OFFSET_SIZE;
    }

    private <R> CompletionStage<R> append(Decision<R> decision) {
        return switch (log.append(decision.changes())) {
            case ChangeLog.Taken(CompletionStage<Void> durable) -> {
                decided.apply(decision.changes());
                yield durable.handle(
                        (done, failure) ->
                                failure == null
                                        ? decision.response()
                                        : decision.failure().apply(ErrorCode.NOT_COORDINATOR));
            }
            case ChangeLog.TooLarge(int bytes, int mostBytes) -> {
                LOG.warn(
                        "A change of group {} takes {} bytes, and the log takes {} at once: it is"
                                + " refused",
                        decision.changes().getFirst().group(),
                        bytes,
                        mostBytes);
                yield CompletableFuture.completedFuture(
                        decision.failure().apply(decision.refusal()));
            }
        };
    }
}
