package io.tidemark.partition.admin;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.config.TopicNames;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.partition.routing.Routing;
import io.tidemark.partition.runtime.ClusterView;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseBroker;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponsePartition;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.jspecify.annotations.Nullable;

/** Metadata: nodes and topics, by name, by id, or all; creates missing topics where it may. */
public final class MetadataHandler extends Api<MetadataRequestData, MetadataResponseData> {
    private static final int AUTO_CREATE_TIMEOUT_MS = 10_000;

    private final int nodeId;
    private final ClusterView view;
    private final Commands commands;
    private final Access access;
    private final boolean autoCreateTopics;

    public MetadataHandler(
            int nodeId,
            ClusterView view,
            Commands commands,
            Access access,
            boolean autoCreateTopics) {
        super(3, 0, 13);
        this.nodeId = nodeId;
        this.view = view;
        this.commands = commands;
        this.access = access;
        this.autoCreateTopics = autoCreateTopics;
    }

    @Override
    public CompletionStage<@Nullable MetadataResponseData> handle(
            RequestContext context, MetadataRequestData request) {
        List<CompletableFuture<CommandResult>> creations = createMissing(context, request);
        if (creations.isEmpty()) {
            return CompletableFuture.completedFuture(describe(context, request));
        }
        return CompletableFuture.allOf(creations.toArray(CompletableFuture[]::new))
                .thenApply(created -> describe(context, request));
    }

    private List<CompletableFuture<CommandResult>> createMissing(
            RequestContext context, MetadataRequestData request) {
        if (!autoCreateTopics || !request.allowAutoTopicCreation() || request.topics() == null) {
            return List.of();
        }
        ClusterImage image = view.image();
        return request.topics().stream()
                .map(MetadataRequestTopic::name)
                .filter(name -> name != null && !image.topics().containsKey(name))
                .filter(name -> TopicNames.problemWith(name).isEmpty())
                .filter(name -> access.topic(context, Operation.CREATE, name))
                .distinct()
                .map(
                        name ->
                                commands.submit(
                                                new Command.CreateTopic(
                                                        name, -1, -1, List.of(), Map.of(), false),
                                                AUTO_CREATE_TIMEOUT_MS)
                                        .toCompletableFuture())
                .toList();
    }

    private MetadataResponseData describe(RequestContext context, MetadataRequestData request) {
        ClusterImage image = view.image();
        MetadataResponseData response =
                new MetadataResponseData()
                        .setClusterId(image.clusterId())
                        .setControllerId(nodeId); // any node takes admin requests
        addNodes(context, image, response);
        boolean all =
                request.topics() == null
                        || (context.apiVersion() == 0 && request.topics().isEmpty());
        if (all) {
            for (TopicImage topic : image.topics().values()) {
                if (access.topic(context, Operation.DESCRIBE, topic.name())) {
                    response.topics().add(topic(context, image, topic));
                }
            }
        } else {
            for (MetadataRequestTopic wanted : request.topics()) {
                response.topics().add(topic(context, image, wanted));
            }
        }
        return response;
    }

    private static void addNodes(
            RequestContext context, ClusterImage image, MetadataResponseData response) {
        for (NodeImage node : image.nodes().values()) {
            if (!node.fenced()) {
                Routing.endpoint(image, context, node.id())
                        .ifPresent(
                                endpoint ->
                                        response.brokers()
                                                .add(
                                                        new MetadataResponseBroker()
                                                                .setNodeId(node.id())
                                                                .setHost(endpoint.host())
                                                                .setPort(endpoint.port())
                                                                .setRack(
                                                                        node.rack().orElse(null))));
            }
        }
    }

    private MetadataResponseTopic topic(
            RequestContext context, ClusterImage image, MetadataRequestTopic wanted) {
        // Kafka's own consumer sends an empty name where it asks by id.
        boolean byId =
                wanted.name() == null
                        || (wanted.name().isEmpty() && !wanted.topicId().equals(Uuid.ZERO_UUID));
        Optional<TopicImage> found =
                byId ? image.topic(wanted.topicId()) : image.topic(wanted.name());
        String name = byId ? found.map(TopicImage::name).orElse("") : wanted.name();
        if (!name.isEmpty() && !access.topic(context, Operation.DESCRIBE, name)) {
            return byId
                    ? refused(wanted.name(), wanted.topicId(), ErrorCode.TOPIC_AUTHORIZATION_FAILED)
                    : refused(name, Uuid.ZERO_UUID, ErrorCode.TOPIC_AUTHORIZATION_FAILED);
        }
        if (found.isPresent()) {
            return topic(context, image, found.get());
        }
        if (byId) {
            // The same consumer fails for good where the name of what it asked for is null.
            return refused(wanted.name(), wanted.topicId(), ErrorCode.UNKNOWN_TOPIC_ID);
        }
        ErrorCode error =
                TopicNames.problemWith(name).isPresent()
                        ? ErrorCode.INVALID_TOPIC_EXCEPTION
                        : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        return refused(name, Uuid.ZERO_UUID, error);
    }

    private static MetadataResponseTopic refused(
            @Nullable String name, Uuid topicId, ErrorCode error) {
        return new MetadataResponseTopic()
                .setName(name)
                .setTopicId(topicId)
                .setErrorCode(error.number());
    }

    private static MetadataResponseTopic topic(
            RequestContext context, ClusterImage image, TopicImage topic) {
        MetadataResponseTopic described =
                new MetadataResponseTopic().setName(topic.name()).setTopicId(topic.id());
        for (PartitionImage partition : topic.partitions()) {
            described
                    .partitions()
                    .add(
                            new MetadataResponsePartition()
                                    .setErrorCode(Topics.error(partition).number())
                                    .setPartitionIndex(partition.index())
                                    .setLeaderId(partition.leader())
                                    .setLeaderEpoch(partition.leaderEpoch())
                                    .setReplicaNodes(partition.replicas())
                                    .setIsrNodes(partition.isr())
                                    .setOfflineReplicas(Topics.offlineReplicas(image, partition)));
        }
        return described;
    }
}
