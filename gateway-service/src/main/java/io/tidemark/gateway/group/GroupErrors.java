package io.tidemark.gateway.group;

import io.tidemark.gateway.error.ApiError;
import io.tidemark.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/** What a coordinator's refusals are to a client of the REST interface. */
public final class GroupErrors {

    private GroupErrors() {}

    /**
     * An error about a group.
     *
     * @param message what the coordinator said; null or empty for nothing
     */
    public static ApiError of(ErrorCode error, String group, @Nullable String message) {
        String said = message == null || message.isBlank() ? "" : " " + message.strip();
        return switch (error) {
            case GROUP_ID_NOT_FOUND -> groupNotFound(group);
            case UNKNOWN_MEMBER_ID ->
                    new ApiError(
                            404,
                            40403,
                            "The consumer instance is not, or no longer, in group '"
                                    + group
                                    + "'.");
            case ILLEGAL_GENERATION, FENCED_MEMBER_EPOCH, STALE_MEMBER_EPOCH ->
                    new ApiError(
                            409,
                            40903,
                            "Group '"
                                    + group
                                    + "' has moved on to another generation, in which these"
                                    + " partitions may belong to another member."
                                    + said);
            case INCONSISTENT_GROUP_PROTOCOL ->
                    new ApiError(
                            409,
                            40903,
                            "Group '"
                                    + group
                                    + "' has members that speak another protocol."
                                    + said);
            case GROUP_MAX_SIZE_REACHED ->
                    new ApiError(409, 40903, "Group '" + group + "' is full." + said);
            case NON_EMPTY_GROUP ->
                    new ApiError(409, 40903, "Group '" + group + "' still has members." + said);
            case GROUP_SUBSCRIBED_TO_TOPIC ->
                    new ApiError(
                            409,
                            40903,
                            "Group '" + group + "' still has members that read it." + said);
            case GROUP_AUTHORIZATION_FAILED ->
                    ApiError.forbidden("Group '" + group + "' may not be used." + said);
            case INVALID_GROUP_ID -> ApiError.badRequest("'" + group + "' cannot name a group.");
            case COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR ->
                    ApiError.unavailable("Group '" + group + "' has no coordinator now." + said);
            default -> ApiError.of(error, "Group '" + group + "': " + text(error) + "." + said);
        };
    }

    /** 40405. */
    public static ApiError groupNotFound(String group) {
        return new ApiError(404, 40405, "Group '" + group + "' not found.");
    }

    private static String text(ErrorCode error) {
        return error.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
}
