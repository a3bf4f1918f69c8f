package io.tidemark.partition.admin;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.PartitionId;
import io.tidemark.metadata.command.Command.Reassignment;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.partition.membership.ClusterView;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData.ReassignablePartitionResponse;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData.ReassignableTopicResponse;
import org.jspecify.annotations.Nullable;

/** AlterPartitionReassignments (KIP-455): replicas move to other nodes, or stay where they were. */
public final class AlterPartitionReassignmentsHandler
        extends Api<
                AlterPartitionReassignmentsRequestData, AlterPartitionReassignmentsResponseData> {
    private final ClusterView view;
    private final Commands commands;
    private final Access access;

    public AlterPartitionReassignmentsHandler(ClusterView view, Commands commands, Access access) {
        super(45, 0, 1);
        this.view = view;
        this.commands = commands;
        this.access = access;
    }

    @Override
    public CompletionStage<@Nullable AlterPartitionReassignmentsResponseData> handle(
            RequestContext context, AlterPartitionReassignmentsRequestData request) {
        AlterPartitionReassignmentsResponseData response =
                new AlterPartitionReassignmentsResponseData()
                        .setAllowReplicationFactorChange(request.allowReplicationFactorChange());
        if (!access.cluster(context, Operation.ALTER)) {
            return CompletableFuture.completedFuture(
                    response.setErrorCode(ErrorCode.CLUSTER_AUTHORIZATION_FAILED.number()));
        }
        ClusterImage image = view.image();
        PartitionOutcomes outcomes = new PartitionOutcomes(image);
        List<Reassignment> wanted = wanted(request, image, outcomes);
        if (wanted.isEmpty()) {
            return CompletableFuture.completedFuture(complete(response, outcomes));
        }
        List<PartitionId> asked =
                wanted.stream().map(one -> new PartitionId(one.topicId(), one.index())).toList();
        return commands.submit(new Command.Reassign(wanted), request.timeoutMs())
                .thenApply(
                        result -> {
                            outcomes.take(result, asked);
                            return complete(response, outcomes);
                        });
    }

    private static List<Reassignment> wanted(
            AlterPartitionReassignmentsRequestData request,
            ClusterImage image,
            PartitionOutcomes outcomes) {
        List<Reassignment> wanted = new ArrayList<>();
        for (ReassignableTopic topic : request.topics()) {
            for (ReassignablePartition partition : topic.partitions()) {
                outcomes.find(topic.name(), partition.partitionIndex())
                        .filter(
                                id ->
                                        request.allowReplicationFactorChange()
                                                || keepsFactor(
                                                        id, partition, topic, image, outcomes))
                        .ifPresent(
                                id ->
                                        wanted.add(
                                                new Reassignment(
                                                        id.topicId(),
                                                        id.index(),
                                                        Optional.ofNullable(
                                                                partition.replicas()))));
            }
        }
        return wanted;
    }

    private static boolean keepsFactor(
            PartitionId id,
            ReassignablePartition partition,
            ReassignableTopic topic,
            ClusterImage image,
            PartitionOutcomes outcomes) {
        int factor =
                image.partition(id.topicId(), id.index())
                        .map(AlterPartitionReassignmentsHandler::factor)
                        .orElse(0);
        if (partition.replicas() == null || partition.replicas().size() == factor) {
            return true;
        }
        outcomes.put(
                topic.name(),
                id.index(),
                ErrorCode.INVALID_REPLICATION_FACTOR,
                "The assignment has "
                        + partition.replicas().size()
                        + " replicas, the partition "
                        + factor
                        + ", and the request does not allow to change that");
        return false;
    }

    /** How many replicas it has when nothing moves. */
    private static int factor(PartitionImage partition) {
        return partition.replicas().size() - partition.adding().size();
    }

    private static AlterPartitionReassignmentsResponseData complete(
            AlterPartitionReassignmentsResponseData response, PartitionOutcomes outcomes) {
        outcomes.byTopic()
                .forEach(
                        (topic, partitions) ->
                                response.responses()
                                        .add(
                                                new ReassignableTopicResponse()
                                                        .setName(topic)
                                                        .setPartitions(
                                                                partitions.stream()
                                                                        .map(
                                                                                AlterPartitionReassignmentsHandler
                                                                                        ::result)
                                                                        .toList())));
        return response;
    }

    private static ReassignablePartitionResponse result(PartitionOutcomes.Outcome outcome) {
        return new ReassignablePartitionResponse()
                .setPartitionIndex(outcome.index())
                .setErrorCode(outcome.error())
                .setErrorMessage(outcome.error() == 0 ? null : outcome.message());
    }
}
