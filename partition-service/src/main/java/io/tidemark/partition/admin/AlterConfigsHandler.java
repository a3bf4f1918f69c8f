package io.tidemark.partition.admin;

import io.tidemark.metadata.command.Command.ConfigChange;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.partition.membership.ClusterView;
import io.tidemark.protocol.server.RequestContext;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.AlterConfigsResponseData.AlterConfigsResourceResponse;
import org.jspecify.annotations.Nullable;

/**
 * AlterConfigs, the old way: what is named is set, and everything else that was set is deleted.
 * Kafka's clients use IncrementalAlterConfigs instead.
 */
public final class AlterConfigsHandler
        extends Api<AlterConfigsRequestData, AlterConfigsResponseData> {
    private final ClusterView view;
    private final ConfigChanges configs;

    public AlterConfigsHandler(ClusterView view, Commands commands, Access access) {
        super(33, 0, 2);
        this.view = view;
        this.configs = new ConfigChanges(commands, access);
    }

    @Override
    public CompletionStage<@Nullable AlterConfigsResponseData> handle(
            RequestContext context, AlterConfigsRequestData request) {
        AlterConfigsResponseData response = new AlterConfigsResponseData();
        List<CompletableFuture<?>> answers = new ArrayList<>();
        for (AlterConfigsResource resource : request.resources()) {
            AlterConfigsResourceResponse answer =
                    new AlterConfigsResourceResponse()
                            .setResourceType(resource.resourceType())
                            .setResourceName(resource.resourceName());
            response.responses().add(answer);
            answers.add(
                    configs.apply(
                                    context,
                                    resource.resourceType(),
                                    resource.resourceName(),
                                    changes(resource),
                                    request.validateOnly())
                            .thenAccept(
                                    outcome ->
                                            answer.setErrorCode(outcome.error().number())
                                                    .setErrorMessage(
                                                            outcome.message().isEmpty()
                                                                    ? null
                                                                    : outcome.message()))
                            .toCompletableFuture());
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(done -> response);
    }

    private List<ConfigChange> changes(AlterConfigsResource resource) {
        List<ConfigChange> changes = new ArrayList<>();
        Set<String> kept = new HashSet<>();
        for (AlterableConfig config : resource.configs()) {
            if (config.value() != null) {
                kept.add(config.name());
                changes.add(
                        new ConfigChange(
                                config.name(), ConfigChange.Operation.SET, config.value()));
            }
        }
        for (String name : configured(resource).keySet()) {
            if (!kept.contains(name)) {
                changes.add(new ConfigChange(name, ConfigChange.Operation.DELETE, ""));
            }
        }
        return changes;
    }

    private Map<String, String> configured(AlterConfigsResource resource) {
        ClusterImage image = view.image();
        return resource.resourceType() == ConfigResources.TOPIC
                ? image.topic(resource.resourceName()).map(TopicImage::configs).orElse(Map.of())
                : image.nodeConfig(resource.resourceName());
    }
}
