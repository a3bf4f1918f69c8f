package io.tidemark.partition.admin;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsAssignment;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreatePartitionsResponseData.CreatePartitionsTopicResult;
import org.jspecify.annotations.Nullable;

/** CreatePartitions: grows topics. */
public final class CreatePartitionsHandler
        extends Api<CreatePartitionsRequestData, CreatePartitionsResponseData> {
    private final Commands commands;
    private final Access access;

    public CreatePartitionsHandler(Commands commands, Access access) {
        super(37, 0, 3);
        this.commands = commands;
        this.access = access;
    }

    @Override
    public CompletionStage<@Nullable CreatePartitionsResponseData> handle(
            RequestContext context, CreatePartitionsRequestData request) {
        CreatePartitionsResponseData response = new CreatePartitionsResponseData();
        List<CompletableFuture<?>> answers = new ArrayList<>();
        for (CreatePartitionsTopic topic : request.topics()) {
            CreatePartitionsTopicResult result =
                    new CreatePartitionsTopicResult().setName(topic.name());
            response.results().add(result);
            if (access.topic(context, Operation.ALTER, topic.name())) {
                answers.add(grow(topic, request, result));
            } else {
                result.setErrorCode(ErrorCode.TOPIC_AUTHORIZATION_FAILED.number());
            }
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(done -> response);
    }

    private CompletableFuture<?> grow(
            CreatePartitionsTopic topic,
            CreatePartitionsRequestData request,
            CreatePartitionsTopicResult result) {
        List<List<Integer>> assignments =
                topic.assignments() == null
                        ? List.of()
                        : topic.assignments().stream()
                                .map(CreatePartitionsAssignment::brokerIds)
                                .toList();
        Command command =
                new Command.CreatePartitions(
                        topic.name(), topic.count(), assignments, request.validateOnly());
        return commands.submit(command, request.timeoutMs())
                .thenAccept(
                        outcome -> {
                            if (outcome instanceof CommandResult.Rejected rejected) {
                                result.setErrorCode(rejected.error())
                                        .setErrorMessage(rejected.message());
                            }
                        })
                .toCompletableFuture();
    }
}
