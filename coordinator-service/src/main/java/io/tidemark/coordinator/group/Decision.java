package io.tidemark.coordinator.group;

import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.function.Function;

/**
 * What a request, a timer or a change of topics comes to: what changes, and what is answered once
 * that lasts. Whoever decides changes nothing of the state.
 *
 * @param changes applied together or not at all; empty where nothing changes
 * @param response once the changes are durable
 * @param failure the response where they are refused ({@link GroupRuntime#isRefusal}), or their
 *     fate is not known ({@link ErrorCode#NOT_COORDINATOR})
 */
public record Decision<R>(List<GroupChange> changes, R response, Function<ErrorCode, R> failure) {

    /** Answered with {@link ErrorCode#NONE}, or the error. */
    public static Decision<ErrorCode> of(List<GroupChange> changes) {
        return new Decision<>(changes, ErrorCode.NONE, error -> error);
    }

    /** Why the log will never take it, however often it is repeated. */
    ErrorCode refusal() {
        return changes.stream().allMatch(GroupChange::standsAlone)
                ? ErrorCode.INVALID_COMMIT_OFFSET_SIZE
                : ErrorCode.GROUP_MAX_SIZE_REACHED;
    }
}
