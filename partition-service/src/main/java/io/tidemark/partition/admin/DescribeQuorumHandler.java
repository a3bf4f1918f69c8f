package io.tidemark.partition.admin;

import io.tidemark.environment.Clock;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.control.QuorumStatus;
import io.tidemark.metadata.control.QuorumStatus.Member;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.DescribeQuorumRequestData;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.message.DescribeQuorumResponseData.Listener;
import org.apache.kafka.common.message.DescribeQuorumResponseData.ListenerCollection;
import org.apache.kafka.common.message.DescribeQuorumResponseData.Node;
import org.apache.kafka.common.message.DescribeQuorumResponseData.PartitionData;
import org.apache.kafka.common.message.DescribeQuorumResponseData.ReplicaState;
import org.apache.kafka.common.message.DescribeQuorumResponseData.TopicData;
import org.jspecify.annotations.Nullable;

/**
 * DescribeQuorum: the coordinators, as the leading one sees them. What Kafka calls the partition of
 * its metadata topic is the Raft log; times are when a coordinator was last heard.
 */
public final class DescribeQuorumHandler
        extends Api<DescribeQuorumRequestData, DescribeQuorumResponseData> {
    /** Coordinators have names; those that are no numbers have none in this protocol. */
    private static final int UNNUMBERED = -1;

    private static final long UNKNOWN = -1;
    private static final short FIRST_VERSION_WITH_NODES = 2;
    private static final String RAFT_LISTENER = "RAFT";

    private final ControlPlane controlPlane;
    private final Clock clock;
    private final Access access;

    public DescribeQuorumHandler(ControlPlane controlPlane, Clock clock, Access access) {
        super(55, 0, 2);
        this.controlPlane = controlPlane;
        this.clock = clock;
        this.access = access;
    }

    @Override
    public CompletionStage<@Nullable DescribeQuorumResponseData> handle(
            RequestContext context, DescribeQuorumRequestData request) {
        if (!access.cluster(context, Operation.DESCRIBE)) {
            return CompletableFuture.completedFuture(
                    new DescribeQuorumResponseData()
                            .setErrorCode(ErrorCode.CLUSTER_AUTHORIZATION_FAILED.number()));
        }
        return controlPlane
                .quorum()
                .<@Nullable DescribeQuorumResponseData>thenApply(
                        status -> describe(context, request, status))
                .exceptionally(
                        failure ->
                                new DescribeQuorumResponseData()
                                        .setErrorCode(ErrorCode.REQUEST_TIMED_OUT.number())
                                        .setErrorMessage("No coordinator leads at the moment"));
    }

    private DescribeQuorumResponseData describe(
            RequestContext context, DescribeQuorumRequestData request, QuorumStatus status) {
        DescribeQuorumResponseData response = new DescribeQuorumResponseData();
        List<PartitionData> log = List.of(log(status));
        request.topics().stream()
                .map(DescribeQuorumRequestData.TopicData::topicName)
                .distinct()
                .forEach(
                        name ->
                                response.topics()
                                        .add(
                                                new TopicData()
                                                        .setTopicName(name)
                                                        .setPartitions(log)));
        if (context.apiVersion() >= FIRST_VERSION_WITH_NODES) {
            status.members().forEach(member -> response.nodes().mustAdd(node(member)));
        }
        return response;
    }

    private static Node node(Member member) {
        ListenerCollection listeners = new ListenerCollection();
        listeners.mustAdd(
                new Listener()
                        .setName(RAFT_LISTENER)
                        .setHost(member.host())
                        .setPort(member.port()));
        return new Node().setNodeId(number(member.id())).setListeners(listeners);
    }

    private PartitionData log(QuorumStatus status) {
        long nowMs = clock.wallMs();
        return new PartitionData()
                .setPartitionIndex(0)
                .setLeaderId(number(status.leaderId()))
                .setLeaderEpoch((int) status.epoch())
                .setHighWatermark(status.committedIndex() + 1)
                .setCurrentVoters(
                        status.members().stream().map(member -> voter(member, nowMs)).toList());
    }

    private static ReplicaState voter(Member member, long nowMs) {
        long heardMs = member.silentMs() < 0 ? UNKNOWN : nowMs - member.silentMs();
        return new ReplicaState()
                .setReplicaId(number(member.id()))
                .setLogEndOffset(member.lastIndex() + 1)
                .setLastFetchTimestamp(heardMs)
                .setLastCaughtUpTimestamp(heardMs);
    }

    private static int number(String id) {
        try {
            return Integer.parseInt(id);
        } catch (NumberFormatException named) {
            return UNNUMBERED;
        }
    }
}
