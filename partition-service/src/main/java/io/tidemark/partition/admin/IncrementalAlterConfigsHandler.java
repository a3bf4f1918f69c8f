package io.tidemark.partition.admin;

import io.tidemark.metadata.command.Command.ConfigChange;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse;
import org.jspecify.annotations.Nullable;

/** IncrementalAlterConfigs: sets, deletes, appends to and subtracts from single keys. */
public final class IncrementalAlterConfigsHandler
        extends Api<IncrementalAlterConfigsRequestData, IncrementalAlterConfigsResponseData> {
    private final ConfigChanges configs;

    public IncrementalAlterConfigsHandler(Commands commands, Access access) {
        super(44, 0, 1);
        this.configs = new ConfigChanges(commands, access);
    }

    @Override
    public CompletionStage<@Nullable IncrementalAlterConfigsResponseData> handle(
            RequestContext context, IncrementalAlterConfigsRequestData request) {
        IncrementalAlterConfigsResponseData response = new IncrementalAlterConfigsResponseData();
        List<CompletableFuture<?>> answers = new ArrayList<>();
        for (AlterConfigsResource resource : request.resources()) {
            AlterConfigsResourceResponse answer =
                    new AlterConfigsResourceResponse()
                            .setResourceType(resource.resourceType())
                            .setResourceName(resource.resourceName());
            response.responses().add(answer);
            Optional<List<ConfigChange>> changes = changes(resource);
            if (changes.isEmpty()) {
                answer.setErrorCode(ErrorCode.INVALID_REQUEST.number())
                        .setErrorMessage(
                                "Each change needs an operation from 0 to 3, and a value unless it deletes");
                continue;
            }
            answers.add(
                    configs.apply(
                                    context,
                                    resource.resourceType(),
                                    resource.resourceName(),
                                    changes.get(),
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

    private static Optional<List<ConfigChange>> changes(AlterConfigsResource resource) {
        List<ConfigChange> changes = new ArrayList<>();
        ConfigChange.Operation[] operations = ConfigChange.Operation.values();
        for (AlterableConfig config : resource.configs()) {
            int number = config.configOperation();
            if (number < 0 || number >= operations.length) {
                return Optional.empty();
            }
            ConfigChange.Operation operation = operations[number];
            String value = config.value();
            if (value == null && operation != ConfigChange.Operation.DELETE) {
                return Optional.empty();
            }
            changes.add(new ConfigChange(config.name(), operation, value == null ? "" : value));
        }
        return Optional.of(changes);
    }
}
