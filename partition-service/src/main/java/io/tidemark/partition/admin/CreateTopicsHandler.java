package io.tidemark.partition.admin;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.config.ConfigEntry;
import io.tidemark.metadata.config.EffectiveConfigs;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.partition.membership.ClusterView;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicConfigs;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.jspecify.annotations.Nullable;

/** CreateTopics: one command per topic. */
public final class CreateTopicsHandler
        extends Api<CreateTopicsRequestData, CreateTopicsResponseData> {
    private final int nodeId;
    private final ClusterView view;
    private final Map<String, String> staticConfigs;
    private final Commands commands;
    private final Access access;

    /**
     * @param staticConfigs this node's own configuration, for the answer's effective values
     */
    public CreateTopicsHandler(
            int nodeId,
            ClusterView view,
            Map<String, String> staticConfigs,
            Commands commands,
            Access access) {
        super(19, 2, 7);
        this.nodeId = nodeId;
        this.view = view;
        this.staticConfigs = staticConfigs;
        this.commands = commands;
        this.access = access;
    }

    @Override
    public CompletionStage<@Nullable CreateTopicsResponseData> handle(
            RequestContext context, CreateTopicsRequestData request) {
        CreateTopicsResponseData response = new CreateTopicsResponseData();
        List<CompletableFuture<?>> answers = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        Set<String> repeated = new HashSet<>();
        request.topics()
                .forEach(
                        topic -> {
                            if (!seen.add(topic.name())) {
                                repeated.add(topic.name());
                            }
                        });
        for (CreatableTopic topic : request.topics()) {
            if (response.topics().find(topic.name()) != null) {
                continue;
            }
            CreatableTopicResult result =
                    new CreatableTopicResult()
                            .setName(topic.name())
                            .setNumPartitions(-1)
                            .setReplicationFactor((short) -1);
            response.topics().add(result);
            if (repeated.contains(topic.name())) {
                refuse(result, ErrorCode.INVALID_REQUEST, "The topic is named more than once");
            } else if (!access.cluster(context, Operation.CREATE)
                    && !access.topic(context, Operation.CREATE, topic.name())) {
                refuse(result, ErrorCode.TOPIC_AUTHORIZATION_FAILED, "Not allowed to create it");
            } else {
                answers.add(create(topic, request, result));
            }
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(done -> response);
    }

    private CompletableFuture<?> create(
            CreatableTopic topic, CreateTopicsRequestData request, CreatableTopicResult result) {
        List<List<Integer>> assignments = new ArrayList<>();
        List<CreatableReplicaAssignment> given = new ArrayList<>(topic.assignments());
        given.sort(Comparator.comparingInt(CreatableReplicaAssignment::partitionIndex));
        for (CreatableReplicaAssignment assignment : given) {
            if (assignment.partitionIndex() != assignments.size()) {
                refuse(
                        result,
                        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
                        "Replicas must be given for partitions 0, 1, 2 … without a gap");
                return CompletableFuture.completedFuture(result);
            }
            assignments.add(assignment.brokerIds());
        }
        Map<String, String> configs = new HashMap<>();
        topic.configs()
                .forEach(
                        config -> {
                            if (config.value() != null) {
                                configs.put(config.name(), config.value());
                            }
                        });
        Command command =
                new Command.CreateTopic(
                        topic.name(),
                        topic.numPartitions(),
                        topic.replicationFactor(),
                        assignments,
                        configs,
                        request.validateOnly());
        return commands.submit(command, request.timeoutMs())
                .thenAccept(outcome -> fill(outcome, result))
                .toCompletableFuture();
    }

    private void fill(CommandResult outcome, CreatableTopicResult result) {
        switch (outcome) {
            case CommandResult.TopicCreated created -> describe(created.topic(), result);
            case CommandResult.Rejected rejected ->
                    refuse(result, ErrorCode.of(rejected.error()), rejected.message());
            case CommandResult.Done done ->
                    view.image().topic(result.name()).ifPresent(topic -> describe(topic, result));
            case CommandResult.NodeRegistered _,
                    CommandResult.ProducerIds _,
                    CommandResult.PartitionsAltered _,
                    CommandResult.Drained _ ->
                    unexpected(outcome, result);
        }
    }

    private static void unexpected(CommandResult outcome, CreatableTopicResult result) {
        refuse(result, ErrorCode.UNKNOWN_SERVER_ERROR, "Not an answer: " + outcome);
    }

    private void describe(TopicImage topic, CreatableTopicResult result) {
        result.setTopicId(topic.id())
                .setNumPartitions(topic.partitions().size())
                .setReplicationFactor((short) topic.partitions().getFirst().replicas().size());
        List<CreatableTopicConfigs> configs = new ArrayList<>();
        for (ConfigEntry entry :
                EffectiveConfigs.ofTopic(view.image(), topic, nodeId, staticConfigs).entries()) {
            configs.add(
                    new CreatableTopicConfigs()
                            .setName(entry.definition().name())
                            .setValue(
                                    entry.definition().sensitive()
                                            ? null
                                            : entry.value().orElse(null))
                            .setReadOnly(entry.definition().readOnly())
                            .setConfigSource(entry.source().number())
                            .setIsSensitive(entry.definition().sensitive()));
        }
        result.setConfigs(configs);
    }

    private static void refuse(CreatableTopicResult result, ErrorCode error, String message) {
        result.setErrorCode(error.number()).setErrorMessage(message);
    }
}
