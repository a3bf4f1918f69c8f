package io.tidemark.coordinator.group.consumer;

import io.tidemark.protocol.ErrorCode;
import java.util.Optional;

/** Why a request is not carried out; {@code message} is for people. */
record Refusal(ErrorCode error, String message) {

    static Optional<Refusal> because(ErrorCode error, String message) {
        return Optional.of(new Refusal(error, message));
    }

    static Refusal unknownMember(String memberId) {
        return new Refusal(
                ErrorCode.UNKNOWN_MEMBER_ID, "Member " + memberId + " is not in the group.");
    }

    static Refusal fencedInstance(String instanceId, String owner, String memberId) {
        return new Refusal(
                ErrorCode.FENCED_INSTANCE_ID,
                "Instance id "
                        + instanceId
                        + " belongs to member "
                        + owner
                        + " now, not to "
                        + memberId
                        + ".");
    }
}
