package io.tidemark.coordinator.group.table;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.ClassicProtocol;
import io.tidemark.coordinator.group.ConsumerProtocol;
import io.tidemark.coordinator.group.GroupApi;
import io.tidemark.coordinator.group.GroupWorld;
import io.tidemark.coordinator.group.Membership;
import io.tidemark.coordinator.group.StoredGroups;
import io.tidemark.metadata.image.Delta;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The groups of a coordinator, for as long as it leads.
 *
 * <pre>
 *  made -- load --> open -- close --> closed: nothing may be asked any more
 * </pre>
 */
public final class Groups implements GroupApi {
    private static final Logger LOG = LoggerFactory.getLogger(Groups.class);

    private final GroupTable table;
    private final MemberRequests members;
    private final OffsetRequests offsets;
    private final GroupAdmin admin;
    private final Housekeeping housekeeping;

    public Groups(GroupWorld world, ClassicProtocol classic, ConsumerProtocol consumer) {
        this.table = new GroupTable(world, classic, consumer);
        this.members = new MemberRequests(table);
        this.offsets = new OffsetRequests(table);
        this.admin = new GroupAdmin(table);
        this.housekeeping = new Housekeeping(table);
    }

    /** Takes over the groups that the log has; once, before anything else. */
    public void load(StoredGroups stored) {
        stored.forEach(table::load);
        housekeeping.start();
    }

    /** Ends all groups here: members that wait are told, timers end. */
    public void close(ErrorCode told) {
        housekeeping.stop();
        table.world().patterns().close();
        table.all().forEach(group -> group.close(told));
        table.clear();
    }

    /**
     * The metadata has changed.
     *
     * @param deltas what changed; empty where that is not known
     */
    public void metadataChanged(List<Delta> deltas) {
        boolean deleted =
                deltas.isEmpty() || deltas.stream().anyMatch(Delta.TopicDeleted.class::isInstance);
        if (deleted) {
            housekeeping.forgetDeletedTopics();
        }
        if (deltas.isEmpty() || deltas.stream().anyMatch(Groups::concernsTopics)) {
            table.memberships().forEach(Groups::tellTopicsChanged);
        }
    }

    /** A group that fails because of a bug does not keep it from the others. */
    private static void tellTopicsChanged(Membership members) {
        try {
            members.topicsChanged();
        } catch (RuntimeException e) {
            LOG.error(
                    "A {} group could not be told that topics have changed",
                    members.groupType(),
                    e);
        }
    }

    private static boolean concernsTopics(Delta delta) {
        return delta instanceof Delta.TopicCreated
                || delta instanceof Delta.TopicDeleted
                || delta instanceof Delta.PartitionsAdded;
    }

    /** How many groups are in which state, by the type and the state: {@code classic/Stable}. */
    public Map<String, Integer> countByState() {
        Map<String, Integer> counts = new TreeMap<>();
        table.all()
                .forEach(
                        group -> counts.merge(group.type() + "/" + group.state(), 1, Integer::sum));
        return counts;
    }

    @Override
    public CompletionStage<JoinGroupResponseData> join(
            Caller caller, JoinGroupRequestData request) {
        return members.join(caller, request);
    }

    @Override
    public CompletionStage<SyncGroupResponseData> sync(
            Caller caller, SyncGroupRequestData request) {
        return members.sync(caller, request);
    }

    @Override
    public CompletionStage<HeartbeatResponseData> heartbeat(
            Caller caller, HeartbeatRequestData request) {
        return members.heartbeat(caller, request);
    }

    @Override
    public CompletionStage<HeartbeatResponseData> heldHeartbeat(
            Caller caller, HeartbeatRequestData request) {
        return members.heldHeartbeat(caller, request);
    }

    @Override
    public CompletionStage<LeaveGroupResponseData> leave(
            Caller caller, LeaveGroupRequestData request) {
        return members.leave(caller, request);
    }

    @Override
    public CompletionStage<ConsumerGroupHeartbeatResponseData> consumerHeartbeat(
            Caller caller, ConsumerGroupHeartbeatRequestData request) {
        return members.consumerHeartbeat(caller, request);
    }

    @Override
    public CompletionStage<OffsetCommitResponseData> commit(
            Caller caller, OffsetCommitRequestData request) {
        return offsets.commit(caller, request);
    }

    @Override
    public CompletionStage<OffsetFetchResponseData> fetchOffsets(
            Caller caller, OffsetFetchRequestData request) {
        return offsets.fetch(caller, request);
    }

    @Override
    public CompletionStage<OffsetDeleteResponseData> deleteOffsets(
            Caller caller, OffsetDeleteRequestData request) {
        return offsets.delete(request);
    }

    @Override
    public CompletionStage<ListGroupsResponseData> list(
            Caller caller, ListGroupsRequestData request) {
        return admin.list(request);
    }

    @Override
    public CompletionStage<DescribeGroupsResponseData> describe(
            Caller caller, DescribeGroupsRequestData request) {
        return admin.describe(caller, request);
    }

    @Override
    public CompletionStage<ConsumerGroupDescribeResponseData> describeConsumer(
            Caller caller, ConsumerGroupDescribeRequestData request) {
        return admin.describeConsumer(request);
    }

    @Override
    public CompletionStage<DeleteGroupsResponseData> delete(
            Caller caller, DeleteGroupsRequestData request) {
        return admin.delete(request);
    }
}
