package io.tidemark.partition.fetch;

import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.partition.routing.Routing;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.LeaderIdAndEpoch;
import org.apache.kafka.common.message.FetchResponseData.NodeEndpoint;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;

/** Writes a fetch's response from what was read. On the connection's loop. */
final class FetchResponses {
    private final RequestContext context;
    private final Routing routing;
    private final FetchPlan.Accepted plan;
    private final boolean byTopicId;

    FetchResponses(
            RequestContext context, Routing routing, FetchPlan.Accepted plan, boolean byTopicId) {
        this.context = context;
        this.routing = routing;
        this.plan = plan;
        this.byTopicId = byTopicId;
    }

    FetchResponseData build(FetchRead read) {
        FetchResponseData response =
                new FetchResponseData()
                        .setSessionId(
                                plan.session().map(FetchSession::id).orElse(FetchPlan.NO_SESSION));
        Map<Object, FetchableTopicResponse> topics = new LinkedHashMap<>();
        List<FetchTarget> targets = plan.targets();
        for (int i = 0; i < targets.size(); i++) {
            FetchTarget target = targets.get(i);
            PartitionReads.Result result = read.result(i);
            if (mustTell(target, result)) {
                if (result.data().errorCode() != 0) {
                    tell(target, result.data(), response);
                }
                topics.computeIfAbsent(topicKey(target), key -> addTopic(response, target))
                        .partitions()
                        .add(result.data());
            } else {
                result.records().release();
            }
        }
        return response;
    }

    private boolean mustTell(FetchTarget target, PartitionReads.Result result) {
        return plan.session()
                .map(session -> session.tell(target, result.data(), result.bytes(), plan.full()))
                .orElse(true);
    }

    private Object topicKey(FetchTarget target) {
        return byTopicId ? target.topicId() : target.topic();
    }

    private static FetchableTopicResponse addTopic(FetchResponseData response, FetchTarget target) {
        FetchableTopicResponse topic =
                new FetchableTopicResponse()
                        .setTopic(target.topicId().equals(Uuid.ZERO_UUID) ? target.topic() : "")
                        .setTopicId(target.topicId())
                        .setPartitions(new ArrayList<>());
        response.responses().add(topic);
        return topic;
    }

    /** KIP-951: names the leader in an error that sends the client elsewhere. */
    private void tell(FetchTarget target, PartitionData data, FetchResponseData response) {
        ErrorCode error = ErrorCode.of(data.errorCode());
        if (error == ErrorCode.NOT_LEADER_OR_FOLLOWER || error == ErrorCode.FENCED_LEADER_EPOCH) {
            routing.leadership(target.topic(), target.partition())
                    .ifPresent(leadership -> nameLeader(leadership, data, response));
        }
    }

    private void nameLeader(
            PartitionImage leadership, PartitionData data, FetchResponseData response) {
        data.setCurrentLeader(
                new LeaderIdAndEpoch()
                        .setLeaderId(leadership.leader())
                        .setLeaderEpoch(leadership.leaderEpoch()));
        routing.endpoint(context, leadership.leader())
                .ifPresent(endpoint -> addEndpoint(leadership.leader(), endpoint, response));
    }

    private static void addEndpoint(
            int node, NodeImage.Listener endpoint, FetchResponseData response) {
        if (response.nodeEndpoints().find(node) == null) {
            response.nodeEndpoints()
                    .add(
                            new NodeEndpoint()
                                    .setNodeId(node)
                                    .setHost(endpoint.host())
                                    .setPort(endpoint.port()));
        }
    }
}
