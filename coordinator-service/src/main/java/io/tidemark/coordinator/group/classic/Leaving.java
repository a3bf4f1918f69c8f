package io.tidemark.coordinator.group.classic;

import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData.MemberResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets go of members that leave, are sent away by an administrator, or have fallen silent. */
final class Leaving {
    private static final Logger LOG = LoggerFactory.getLogger(Leaving.class);

    private final ClassicGroup group;
    private final Rebalance rebalance;

    Leaving(ClassicGroup group, Rebalance rebalance) {
        this.group = group;
        this.rebalance = rebalance;
    }

    List<MemberResponse> leave(List<MemberIdentity> who) {
        List<MemberResponse> answers =
                who.stream()
                        .map(
                                member ->
                                        new MemberResponse()
                                                .setMemberId(member.memberId())
                                                .setGroupInstanceId(member.groupInstanceId())
                                                .setErrorCode(leave(member).number()))
                        .toList();
        rebalance.left("members left");
        return answers;
    }

    private ErrorCode leave(MemberIdentity who) {
        if (who.groupInstanceId() == null && group.pending().remove(who.memberId())) {
            return ErrorCode.NONE;
        }
        Optional<ClassicMember> member =
                who.memberId().isEmpty() && who.groupInstanceId() != null
                        ? group.members().instance(who.groupInstanceId())
                        : group.members().find(who.memberId());
        ErrorCode error =
                who.memberId().isEmpty() && member.isPresent()
                        ? ErrorCode.NONE
                        : group.check(who.memberId(), who.groupInstanceId());
        if (error != ErrorCode.NONE || member.isEmpty()) {
            return error;
        }
        LOG.info(
                "Member {} leaves group {}: {}",
                LogText.of(member.get().id()),
                LogText.of(group.id()),
                who.reason() == null ? "no reason given" : LogText.of(who.reason()));
        group.remove(member.get(), ErrorCode.UNKNOWN_MEMBER_ID);
        return ErrorCode.NONE;
    }

    /** No sign of life came in time. A member whose request waits here is alive for all we know. */
    void expire(ClassicMember member) {
        boolean waits = member.joining() != null || member.syncing() != null;
        if (waits && !member.isFresh()) {
            return;
        }
        LOG.info(
                "Member {} of group {} is out: not heard of for {} ms",
                LogText.of(member.id()),
                LogText.of(group.id()),
                member.terms().sessionTimeoutMs());
        group.remove(member, ErrorCode.UNKNOWN_MEMBER_ID);
        rebalance.left("member " + member.id() + " fell silent");
    }
}
