package io.tidemark.gateway.admin;

import io.tidemark.gateway.error.ApiError;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.security.Access;
import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.metadata.security.Authorizer.ResourceType;
import io.tidemark.protocol.ErrorCode;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * What administrative routes ask and change, each with its authorization and its errors. Any
 * thread.
 */
final class Cluster extends VisibleCluster {

    /** Those that Kafka has for topics. */
    private static final List<Operation> TOPIC_OPERATIONS =
            List.of(
                    Operation.READ,
                    Operation.WRITE,
                    Operation.CREATE,
                    Operation.DELETE,
                    Operation.ALTER,
                    Operation.DESCRIBE,
                    Operation.DESCRIBE_CONFIGS,
                    Operation.ALTER_CONFIGS);

    private final ClusterView view;
    private final ControlPlane controlPlane;
    private final Access access;
    private final Duration commandTimeout;
    private final Duration timeout;

    /**
     * @param commandTimeout until the coordinator has answered
     * @param timeout until this gateway has seen a change
     */
    Cluster(
            ClusterView view,
            ControlPlane controlPlane,
            Access access,
            Duration commandTimeout,
            Duration timeout) {
        super(view, access);
        this.view = view;
        this.controlPlane = controlPlane;
        this.access = access;
        this.commandTimeout = commandTimeout;
        this.timeout = timeout;
    }

    /** Fails where a path names another cluster than this one. */
    ClusterImage describe(String clusterId) {
        ClusterImage image = describe();
        if (!clusterId.equals(image.clusterId())) {
            throw ApiError.notFound(
                            "Cluster '%s' not found; this is '%s'."
                                    .formatted(clusterId, image.clusterId()))
                    .exception();
        }
        return image;
    }

    /** What may be done with a topic. */
    List<Operation> allowed(String topic) {
        return TOPIC_OPERATIONS.stream()
                .filter(
                        each ->
                                access.refusal(Access.ANONYMOUS, each, ResourceType.TOPIC, topic)
                                        .isEmpty())
                .toList();
    }

    /** Whether a group may be seen at all. */
    boolean visibleGroup(String group) {
        return access.refusal(Access.ANONYMOUS, Operation.DESCRIBE, ResourceType.GROUP, group)
                .isEmpty();
    }

    /** The name, where the group may be used so. */
    String group(Operation operation, String group) {
        access.require(Access.ANONYMOUS, operation, ResourceType.GROUP, group);
        return group;
    }

    PartitionImage partition(TopicImage topic, String text) {
        int partition = number(text, "a partition's number");
        if (partition < 0 || partition >= topic.partitions().size()) {
            throw ApiError.partitionNotFound(topic.name(), partition).exception();
        }
        return topic.partitions().get(partition);
    }

    void requireCluster(Operation operation) {
        access.requireCluster(Access.ANONYMOUS, operation);
    }

    void requireTopic(Operation operation, String topic) {
        access.requireTopic(Access.ANONYMOUS, operation, topic);
    }

    /** Has the coordinator carry a command out; then the first image that shows it. */
    Mono<Outcome> change(Command command) {
        return Mono.fromCompletionStage(() -> controlPlane.submit(command))
                .timeout(commandTimeout)
                .flatMap(
                        result ->
                                switch (result) {
                                    case CommandResult.Done(long version) -> seen(result, version);
                                    case CommandResult.TopicCreated(
                                                    TopicImage topic,
                                                    long version) ->
                                            seen(result, version);
                                    case CommandResult.NodeRegistered(
                                                    String id,
                                                    long epoch,
                                                    long version) ->
                                            seen(result, version);
                                    case CommandResult.PartitionsAltered altered ->
                                            seen(result, altered.version());
                                    case CommandResult.Drained drained ->
                                            seen(result, drained.version());
                                    case CommandResult.ProducerIds ids ->
                                            Mono.just(new Outcome(result, view.image()));
                                    case CommandResult.Rejected(short error, String message) ->
                                            Mono.error(
                                                    ApiError.of(ErrorCode.of(error), message)
                                                            .exception());
                                });
    }

    /** A command's result, and an image that shows it. */
    record Outcome(CommandResult result, ClusterImage image) {}

    private Mono<Outcome> seen(CommandResult result, long version) {
        return Mono.fromCompletionStage(() -> view.awaitVersion(version, timeout))
                .map(image -> new Outcome(result, image));
    }
}
