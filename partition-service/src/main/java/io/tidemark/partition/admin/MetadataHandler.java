package io.tidemark.partition.admin;

import io.tidemark.environment.Clock;
import io.tidemark.environment.Seldom;
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
import io.tidemark.partition.membership.ClusterView;
import io.tidemark.partition.routing.Routing;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Metadata: nodes and topics, by name, by id, or all; creates missing topics where it may. */
public final class MetadataHandler extends Api<MetadataRequestData, MetadataResponseData> {
    private static final Logger log = LoggerFactory.getLogger(MetadataHandler.class);
    private static final int AUTO_CREATE_TIMEOUT_MS = 10_000;

    private final int nodeId;
    private final ClusterView view;
    private final Commands commands;
    private final Access access;
    private final boolean autoCreateTopics;
    private final Seldom notCreated;

    public MetadataHandler(
            int nodeId,
            ClusterView view,
            Commands commands,
            Access access,
            boolean autoCreateTopics,
            Clock clock) {
        super(3, 0, 13);
        this.nodeId = nodeId;
        this.view = view;
        this.commands = commands;
        this.access = access;
        this.autoCreateTopics = autoCreateTopics;
        this.notCreated = new Seldom(clock, ErrorCode.values().length);
    }

    @Override
    public CompletionStage<@Nullable MetadataResponseData> handle(
            RequestContext context, MetadataRequestData request) {
        List<Creation> creations = createMissing(context, request);
        if (creations.isEmpty()) {
            return CompletableFuture.completedFuture(describe(context, request, Map.of()));
        }
        return CompletableFuture.allOf(
                        creations.stream().map(Creation::result).toArray(CompletableFuture[]::new))
                .thenApply(created -> describe(context, request, refusals(creations)));
    }

    /** A topic that is created; {@code result} never fails. */
    private record Creation(String name, CompletableFuture<CommandResult> result) {}

    /** Of topics that will not come. */
    private Map<String, ErrorCode> refusals(List<Creation> creations) {
        Map<String, ErrorCode> refusals = new HashMap<>();
        for (Creation creation : creations) {
            if (creation.result.join() instanceof CommandResult.Rejected rejected) {
                ErrorCode error = ErrorCode.of(rejected.error());
                if (!error.retriable() && error != ErrorCode.TOPIC_ALREADY_EXISTS) {
                    notCreated.say(
                            error.name(),
                            more ->
                                    log.info(
                                            "Topic {} was not created: {}{}",
                                            creation.name,
                                            rejected.message(),
                                            more));
                    refusals.put(creation.name, error);
                }
            }
        }
        return refusals;
    }

    private List<Creation> createMissing(RequestContext context, MetadataRequestData request) {
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
                                new Creation(
                                        name,
                                        commands.submit(
                                                        new Command.CreateTopic(
                                                                name, -1, -1, List.of(), Map.of(),
                                                                false),
                                                        AUTO_CREATE_TIMEOUT_MS)
                                                .toCompletableFuture()))
                .toList();
    }

    private MetadataResponseData describe(
            RequestContext context, MetadataRequestData request, Map<String, ErrorCode> refusals) {
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
            Set<String> answered = new HashSet<>();
            for (MetadataRequestTopic wanted : request.topics()) {
                if (!answered.add(key(wanted))) {
                    continue;
                }
                MetadataResponseTopic topic = topic(context, image, wanted);
                ErrorCode refusal = wanted.name() == null ? null : refusals.get(wanted.name());
                if (refusal != null && topic.errorCode() != ErrorCode.NONE.number()) {
                    topic.setErrorCode(refusal.number());
                }
                response.topics().add(topic);
            }
        }
        return response;
    }

    /**
     * Each topic is answered once, however often it is named: an answer has a thousand partitions.
     */
    private static String key(MetadataRequestTopic wanted) {
        return wanted.topicId() + " " + wanted.name();
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
