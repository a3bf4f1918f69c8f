package io.tidemark.coordinator.group;

import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What a request, a timer or a change of topics comes to: what changes, and what is answered once
 * that lasts. Whoever decides changes nothing of the state.
 *
 * @param changes applied together or not at all; empty where nothing changes
 * @param response once the changes are durable
 * @param failure the response where they are refused, or their fate is not known
 * @param refused told, before the answer leaves, that the log takes no such changes, and with which
 *     error: whoever has worked ahead of the state falls back to it
 */
public record Decision<R>(
        List<GroupChange> changes,
        R response,
        Function<ErrorCode, R> failure,
        Consumer<ErrorCode> refused) {

    /** Of one who has not worked ahead of the state. */
    public Decision(List<GroupChange> changes, R response, Function<ErrorCode, R> failure) {
        this(changes, response, failure, error -> {});
    }

    /** Answered with {@link ErrorCode#NONE}, or the error. */
    public static Decision<ErrorCode> of(List<GroupChange> changes, Consumer<ErrorCode> refused) {
        return new Decision<>(changes, ErrorCode.NONE, error -> error, refused);
    }

    /**
     * What it is answered where the log takes no such changes: the same whenever it is repeated.
     */
    ErrorCode tooLarge() {
        return changes.stream().allMatch(GroupChange::standsAlone)
                ? ErrorCode.INVALID_COMMIT_OFFSET_SIZE
                : ErrorCode.GROUP_MAX_SIZE_REACHED;
    }
}
