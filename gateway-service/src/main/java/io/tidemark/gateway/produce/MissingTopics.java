package io.tidemark.gateway.produce;

import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.routing.Lane;
import io.tidemark.gateway.routing.PartitionClient;
import io.tidemark.gateway.security.Access;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.metadata.security.Authorizer.ResourceType;
import io.tidemark.protocol.ErrorCode;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Makes topics that are written to and do not exist, where the cluster wants that. Whether it does
 * is a setting of its nodes: they are asked as a Kafka producer asks them, by a Metadata request
 * that names the topic. Any thread.
 */
public final class MissingTopics {

    private static final Logger LOG = LoggerFactory.getLogger(MissingTopics.class);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

    private final ClusterView view;
    private final PartitionClient client;
    private final Access access;

    public MissingTopics(ClusterView view, PartitionClient client, Access access) {
        this.view = view;
        this.client = client;
        this.access = access;
    }

    /** Complete when the topic is there, or when it is clear that it will not be. */
    Mono<Void> create(String name) {
        boolean allowed =
                access.refusal(Access.ANONYMOUS, Operation.CREATE, ResourceType.TOPIC, name)
                        .isEmpty();
        List<Integer> nodes =
                view.image().nodes().values().stream()
                        .filter(node -> !node.fenced())
                        .map(NodeImage::id)
                        .toList();
        if (!allowed) {
            return Mono.empty();
        }
        return Flux.fromIterable(nodes)
                .concatMap(node -> ask(node, name), 1)
                .next()
                .flatMap(made -> made ? seen(name) : Mono.<Void>empty());
    }

    /** Whether a node has made the topic; nothing where it cannot be asked. */
    private Mono<Boolean> ask(int node, String name) {
        return Mono.fromCompletionStage(
                        () ->
                                client.<MetadataResponseData>send(
                                        node, Lane.CONTROL, request(name), PATIENCE))
                .map(
                        response -> {
                            try (response) {
                                return isThere(response.message());
                            }
                        })
                .onErrorResume(
                        failure -> {
                            LOG.debug(
                                    "Node {} could not be asked for topic {}", node, name, failure);
                            return Mono.empty();
                        });
    }

    private static MetadataRequestData request(String name) {
        return new MetadataRequestData()
                .setTopics(List.of(new MetadataRequestTopic().setName(name)))
                .setAllowAutoTopicCreation(true);
    }

    private static boolean isThere(MetadataResponseData response) {
        return response.topics().stream()
                .map(topic -> ErrorCode.of(topic.errorCode()))
                .allMatch(
                        error ->
                                error == ErrorCode.NONE || error == ErrorCode.LEADER_NOT_AVAILABLE);
    }

    /** Complete when this gateway knows the topic; or after a while, and it is then refused. */
    private Mono<Void> seen(String name) {
        return Mono.defer(() -> Mono.justOrEmpty(view.topic(name)))
                .repeatWhenEmpty(
                        (int) PATIENCE.dividedBy(LOOK_AGAIN),
                        again -> again.concatMap(each -> Mono.delay(LOOK_AGAIN)))
                .map(TopicImage::name)
                .onErrorResume(IllegalStateException.class, tooLong -> Mono.empty())
                .then();
    }
}
