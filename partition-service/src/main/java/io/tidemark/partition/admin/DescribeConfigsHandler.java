package io.tidemark.partition.admin;

import io.tidemark.metadata.config.ConfigEntry;
import io.tidemark.metadata.config.ConfigSource;
import io.tidemark.metadata.config.EffectiveConfigs;
import io.tidemark.metadata.config.TopicNames;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.TopicImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.partition.membership.ClusterView;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsSynonym;
import org.jspecify.annotations.Nullable;

/** DescribeConfigs of topics and nodes, with where each value comes from. */
public final class DescribeConfigsHandler
        extends Api<DescribeConfigsRequestData, DescribeConfigsResponseData> {
    private final int nodeId;
    private final ClusterView view;
    private final Map<String, String> staticConfigs;
    private final Access access;

    public DescribeConfigsHandler(
            int nodeId, ClusterView view, Map<String, String> staticConfigs, Access access) {
        super(32, 1, 4);
        this.nodeId = nodeId;
        this.view = view;
        this.staticConfigs = staticConfigs;
        this.access = access;
    }

    @Override
    public CompletionStage<@Nullable DescribeConfigsResponseData> handle(
            RequestContext context, DescribeConfigsRequestData request) {
        DescribeConfigsResponseData response = new DescribeConfigsResponseData();
        Set<String> answered = new HashSet<>();
        for (DescribeConfigsResource resource : request.resources()) {
            if (!answered.add(resource.resourceType() + " " + resource.resourceName())) {
                continue; // once each, however often it is named
            }
            response.results().add(describe(context, request, resource));
        }
        return CompletableFuture.completedFuture(response);
    }

    private DescribeConfigsResult describe(
            RequestContext context,
            DescribeConfigsRequestData request,
            DescribeConfigsResource resource) {
        DescribeConfigsResult result =
                new DescribeConfigsResult()
                        .setResourceType(resource.resourceType())
                        .setResourceName(resource.resourceName());
        ErrorCode refusal =
                ConfigResources.refusal(
                        access,
                        context,
                        Operation.DESCRIBE_CONFIGS,
                        resource.resourceType(),
                        resource.resourceName());
        if (refusal != ErrorCode.NONE) {
            return result.setErrorCode(refusal.number());
        }
        return switch (resource.resourceType()) {
            case ConfigResources.TOPIC -> topic(request, resource, result);
            case ConfigResources.NODE -> node(request, resource, result);
            default ->
                    result.setErrorCode(ErrorCode.INVALID_REQUEST.number())
                            .setErrorMessage(ConfigResources.absence(resource.resourceType()));
        };
    }

    private DescribeConfigsResult topic(
            DescribeConfigsRequestData request,
            DescribeConfigsResource resource,
            DescribeConfigsResult result) {
        ClusterImage image = view.image();
        Optional<String> problem = TopicNames.problemWith(resource.resourceName());
        if (problem.isPresent()) {
            return result.setErrorCode(ErrorCode.INVALID_TOPIC_EXCEPTION.number())
                    .setErrorMessage(problem.get());
        }
        Optional<TopicImage> topic = image.topic(resource.resourceName());
        if (topic.isEmpty()) {
            return result.setErrorCode(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.number())
                    .setErrorMessage("There is no topic " + resource.resourceName());
        }
        EffectiveConfigs configs =
                EffectiveConfigs.ofTopic(image, topic.get(), nodeId, staticConfigs);
        return result.setConfigs(describe(configs.entries(), request, resource));
    }

    private DescribeConfigsResult node(
            DescribeConfigsRequestData request,
            DescribeConfigsResource resource,
            DescribeConfigsResult result) {
        String name = resource.resourceName();
        if (!name.isEmpty() && !name.equals(Integer.toString(nodeId))) {
            return result.setErrorCode(ErrorCode.INVALID_REQUEST.number())
                    .setErrorMessage(
                            "Node %d answers for itself only, not for node %s"
                                    .formatted(nodeId, name));
        }
        EffectiveConfigs configs = EffectiveConfigs.ofNode(view.image(), nodeId, staticConfigs);
        List<ConfigEntry> entries = configs.entries();
        if (name.isEmpty()) {
            entries =
                    entries.stream()
                            .filter(entry -> entry.source() == ConfigSource.DYNAMIC_DEFAULT_NODE)
                            .toList();
        }
        return result.setConfigs(describe(entries, request, resource));
    }

    private static List<DescribeConfigsResourceResult> describe(
            List<ConfigEntry> entries,
            DescribeConfigsRequestData request,
            DescribeConfigsResource resource) {
        List<String> wanted = resource.configurationKeys();
        return entries.stream()
                .filter(entry -> wanted == null || wanted.contains(entry.definition().name()))
                .map(entry -> describe(entry, request))
                .toList();
    }

    private static DescribeConfigsResourceResult describe(
            ConfigEntry entry, DescribeConfigsRequestData request) {
        boolean sensitive = entry.definition().sensitive();
        DescribeConfigsResourceResult described =
                new DescribeConfigsResourceResult()
                        .setName(entry.definition().name())
                        .setValue(sensitive ? null : entry.value().orElse(null))
                        .setReadOnly(entry.definition().readOnly())
                        .setConfigSource(entry.source().number())
                        .setIsSensitive(sensitive)
                        .setConfigType(entry.definition().type().number());
        if (request.includeDocumentation()) {
            described.setDocumentation(entry.definition().documentation());
        }
        if (request.includeSynonyms()) {
            described.setSynonyms(
                    entry.candidates().stream()
                            .map(
                                    candidate ->
                                            new DescribeConfigsSynonym()
                                                    .setName(candidate.name())
                                                    .setValue(sensitive ? null : candidate.value())
                                                    .setSource(candidate.source().number()))
                            .toList());
        }
        return described;
    }
}
