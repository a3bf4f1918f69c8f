package io.tidemark.partition.group;

import io.tidemark.protocol.ErrorCode;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.ApiMessage;

/** Which requests are sent again, to the next leader. */
final class Repeats {
    private Repeats() {}

    /**
     * Whether a request may be carried out twice, in the order of its connection: not what makes a
     * member, or ends something.
     */
    static boolean mayRepeat(ApiMessage request) {
        return switch (request) {
            case JoinGroupRequestData join -> !join.memberId().isEmpty();
            case ConsumerGroupHeartbeatRequestData heartbeat -> heartbeat.memberEpoch() >= 0;
            case LeaveGroupRequestData leave -> false;
            case DeleteGroupsRequestData delete -> false;
            default -> true;
        };
    }

    /** Whether a response says that the coordinator does not lead, or not yet. */
    static boolean saysElsewhere(ApiMessage response) {
        return errors(response).anyMatch(Repeats::isElsewhere);
    }

    private static boolean isElsewhere(int code) {
        return code == ErrorCode.NOT_COORDINATOR.number()
                || code == ErrorCode.COORDINATOR_LOAD_IN_PROGRESS.number()
                || code == ErrorCode.COORDINATOR_NOT_AVAILABLE.number();
    }

    private static IntStream errors(ApiMessage response) {
        return switch (response) {
            case JoinGroupResponseData r -> IntStream.of(r.errorCode());
            case SyncGroupResponseData r -> IntStream.of(r.errorCode());
            case HeartbeatResponseData r -> IntStream.of(r.errorCode());
            case LeaveGroupResponseData r -> IntStream.of(r.errorCode());
            case ConsumerGroupHeartbeatResponseData r -> IntStream.of(r.errorCode());
            case ListGroupsResponseData r -> IntStream.of(r.errorCode());
            case OffsetDeleteResponseData r -> IntStream.of(r.errorCode());
            case OffsetCommitResponseData r ->
                    r.topics().stream()
                            .flatMap(topic -> topic.partitions().stream())
                            .mapToInt(partition -> partition.errorCode());
            case OffsetFetchResponseData r ->
                    IntStream.concat(
                            IntStream.of(r.errorCode()),
                            IntStream.concat(
                                    r.groups().stream().mapToInt(group -> group.errorCode()),
                                    r.topics().stream()
                                            .flatMap(topic -> topic.partitions().stream())
                                            .mapToInt(partition -> partition.errorCode())));
            case DescribeGroupsResponseData r ->
                    r.groups().stream().mapToInt(group -> group.errorCode());
            case ConsumerGroupDescribeResponseData r ->
                    r.groups().stream().mapToInt(group -> group.errorCode());
            case DeleteGroupsResponseData r ->
                    r.results().stream().mapToInt(result -> result.errorCode());
            default -> IntStream.empty();
        };
    }
}
