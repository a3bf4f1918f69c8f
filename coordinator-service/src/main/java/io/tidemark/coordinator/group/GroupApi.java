package io.tidemark.coordinator.group;

import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;

/**
 * Groups, one method for each API of the Kafka protocol. Errors are values in the responses, and a
 * stage never fails but for a bug. Called on the groups' thread; stages complete there.
 */
public interface GroupApi {

    CompletionStage<JoinGroupResponseData> join(Caller caller, JoinGroupRequestData request);

    CompletionStage<SyncGroupResponseData> sync(Caller caller, SyncGroupRequestData request);

    CompletionStage<HeartbeatResponseData> heartbeat(Caller caller, HeartbeatRequestData request);

    /**
     * {@link #heartbeat}, but where all is well it is answered only when the members have to join
     * again, or after a while ({@link GroupSettings#heartbeatHoldMs}).
     */
    CompletionStage<HeartbeatResponseData> heldHeartbeat(
            Caller caller, HeartbeatRequestData request);

    CompletionStage<LeaveGroupResponseData> leave(Caller caller, LeaveGroupRequestData request);

    CompletionStage<ConsumerGroupHeartbeatResponseData> consumerHeartbeat(
            Caller caller, ConsumerGroupHeartbeatRequestData request);

    CompletionStage<OffsetCommitResponseData> commit(
            Caller caller, OffsetCommitRequestData request);

    CompletionStage<OffsetFetchResponseData> fetchOffsets(
            Caller caller, OffsetFetchRequestData request);

    CompletionStage<OffsetDeleteResponseData> deleteOffsets(
            Caller caller, OffsetDeleteRequestData request);

    CompletionStage<ListGroupsResponseData> list(Caller caller, ListGroupsRequestData request);

    CompletionStage<DescribeGroupsResponseData> describe(
            Caller caller, DescribeGroupsRequestData request);

    CompletionStage<ConsumerGroupDescribeResponseData> describeConsumer(
            Caller caller, ConsumerGroupDescribeRequestData request);

    CompletionStage<DeleteGroupsResponseData> delete(
            Caller caller, DeleteGroupsRequestData request);
}
