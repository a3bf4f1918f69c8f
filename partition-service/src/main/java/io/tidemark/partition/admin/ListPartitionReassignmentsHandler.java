package io.tidemark.partition.admin;

import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.partition.membership.ClusterView;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData.ListPartitionReassignmentsTopics;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData.OngoingPartitionReassignment;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData.OngoingTopicReassignment;
import org.jspecify.annotations.Nullable;

/** ListPartitionReassignments: which replicas are on the move. */
public final class ListPartitionReassignmentsHandler
        extends Api<ListPartitionReassignmentsRequestData, ListPartitionReassignmentsResponseData> {
    private final ClusterView view;
    private final Access access;

    public ListPartitionReassignmentsHandler(ClusterView view, Access access) {
        super(46, 0, 0);
        this.view = view;
        this.access = access;
    }

    @Override
    public CompletionStage<@Nullable ListPartitionReassignmentsResponseData> handle(
            RequestContext context, ListPartitionReassignmentsRequestData request) {
        ListPartitionReassignmentsResponseData response =
                new ListPartitionReassignmentsResponseData();
        if (!access.cluster(context, Operation.DESCRIBE)) {
            return CompletableFuture.completedFuture(
                    response.setErrorCode(ErrorCode.CLUSTER_AUTHORIZATION_FAILED.number()));
        }
        ClusterImage image = view.image();
        if (request.topics() == null) {
            image.topics().values().forEach(topic -> list(topic, any -> true, response));
        } else {
            for (ListPartitionReassignmentsTopics asked : request.topics()) {
                image.topic(asked.name())
                        .ifPresent(
                                topic ->
                                        list(
                                                topic,
                                                partition ->
                                                        asked.partitionIndexes()
                                                                .contains(partition.index()),
                                                response));
            }
        }
        return CompletableFuture.completedFuture(response);
    }

    private static void list(
            TopicImage topic,
            Predicate<PartitionImage> wanted,
            ListPartitionReassignmentsResponseData response) {
        List<OngoingPartitionReassignment> moving =
                topic.partitions().stream()
                        .filter(PartitionImage::reassigning)
                        .filter(wanted)
                        .map(
                                partition ->
                                        new OngoingPartitionReassignment()
                                                .setPartitionIndex(partition.index())
                                                .setReplicas(partition.replicas())
                                                .setAddingReplicas(partition.adding())
                                                .setRemovingReplicas(partition.removing()))
                        .toList();
        if (!moving.isEmpty()) {
            response.topics()
                    .add(
                            new OngoingTopicReassignment()
                                    .setName(topic.name())
                                    .setPartitions(moving));
        }
    }
}
