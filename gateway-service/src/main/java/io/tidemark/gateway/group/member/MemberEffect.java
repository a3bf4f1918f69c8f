package io.tidemark.gateway.group.member;

import io.tidemark.protocol.ErrorCode;
import java.util.SortedSet;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;

/** What a {@link GroupMembership} asks of the world; carried out in the order given. */
public sealed interface MemberEffect {

    /** Send this heartbeat; its outcome is told to the membership, which waits for it. */
    record Send(ConsumerGroupHeartbeatRequestData heartbeat) implements MemberEffect {}

    /** These partitions are the member's from now on. */
    record Assigned(SortedSet<TopicPartition> partitions) implements MemberEffect {}

    /**
     * The coordinator wants these back: finish with them and say so.
     *
     * @param id names the revocation when it is done
     */
    record Revoke(long id, SortedSet<TopicPartition> partitions) implements MemberEffect {}

    /** These went without being asked for: others may have them already. */
    record Lost(SortedSet<TopicPartition> partitions) implements MemberEffect {}

    /** The coordinator has given another epoch. */
    record EpochChanged(int epoch) implements MemberEffect {}

    /** The coordinator refuses for good; the member is in no group any more. */
    record Refused(ErrorCode error, String message) implements MemberEffect {}

    /** The member has left, or nobody is there to be told. */
    record Left() implements MemberEffect {}
}
