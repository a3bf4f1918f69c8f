package io.tidemark.coordinator.group.classic;

import io.tidemark.protocol.ErrorCode;
import java.util.List;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData.JoinGroupResponseMember;

/** What JoinGroup is answered. */
final class JoinAnswers {
    private JoinAnswers() {}

    static JoinGroupResponseData error(String memberId, ErrorCode error) {
        return new JoinGroupResponseData().setMemberId(memberId).setErrorCode(error.number());
    }

    /**
     * The present generation.
     *
     * @param withMembers whether the member is told all others, to assign
     */
    static JoinGroupResponseData generation(
            ClassicGroup group, ClassicMember member, boolean withMembers) {
        return new JoinGroupResponseData()
                .setGenerationId(group.generation())
                .setProtocolType(group.protocolType())
                .setProtocolName(group.protocol())
                .setLeader(group.members().leader())
                .setMemberId(member.id())
                .setMembers(withMembers ? members(group) : List.of());
    }

    private static List<JoinGroupResponseMember> members(ClassicGroup group) {
        return group.members().all().stream()
                .map(
                        member ->
                                new JoinGroupResponseMember()
                                        .setMemberId(member.id())
                                        .setGroupInstanceId(member.instanceId())
                                        .setMetadata(member.metadata(group.protocol())))
                .toList();
    }
}
