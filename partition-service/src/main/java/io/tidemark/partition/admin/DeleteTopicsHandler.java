package io.tidemark.partition.admin;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.image.TopicImage;
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
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsResponseData.DeletableTopicResult;
import org.jspecify.annotations.Nullable;

/** DeleteTopics, by name or id. */
public final class DeleteTopicsHandler
        extends Api<DeleteTopicsRequestData, DeleteTopicsResponseData> {
    private static final short FIRST_VERSION_BY_ID = 6;

    private final ClusterView view;
    private final Commands commands;
    private final Access access;

    public DeleteTopicsHandler(ClusterView view, Commands commands, Access access) {
        super(20, 1, 6);
        this.view = view;
        this.commands = commands;
        this.access = access;
    }

    @Override
    public CompletionStage<@Nullable DeleteTopicsResponseData> handle(
            RequestContext context, DeleteTopicsRequestData request) {
        DeleteTopicsResponseData response = new DeleteTopicsResponseData();
        List<CompletableFuture<?>> answers = new ArrayList<>();
        List<DeleteTopicState> wanted =
                context.apiVersion() >= FIRST_VERSION_BY_ID
                        ? request.topics()
                        : request.topicNames().stream()
                                .map(name -> new DeleteTopicState().setName(name))
                                .toList();
        for (DeleteTopicState topic : wanted) {
            DeletableTopicResult result =
                    new DeletableTopicResult().setName(topic.name()).setTopicId(topic.topicId());
            response.responses().mustAdd(result);
            answers.add(delete(context, topic, request.timeoutMs(), result));
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(done -> response);
    }

    private CompletableFuture<?> delete(
            RequestContext context,
            DeleteTopicState topic,
            int timeoutMs,
            DeletableTopicResult result) {
        boolean byId = topic.name() == null;
        Optional<TopicImage> found =
                byId ? view.image().topic(topic.topicId()) : view.image().topic(topic.name());
        String name = byId ? found.map(TopicImage::name).orElse("") : topic.name();
        if (!name.isEmpty() && !access.topic(context, Operation.DELETE, name)) {
            result.setErrorCode(ErrorCode.TOPIC_AUTHORIZATION_FAILED.number());
            return CompletableFuture.completedFuture(result);
        }
        if (byId && found.isEmpty()) {
            result.setErrorCode(ErrorCode.UNKNOWN_TOPIC_ID.number());
            return CompletableFuture.completedFuture(result);
        }
        result.setName(name).setTopicId(found.map(TopicImage::id).orElse(Uuid.ZERO_UUID));
        Command command =
                new Command.DeleteTopic(
                        byId ? Optional.empty() : Optional.of(name),
                        byId ? Optional.of(topic.topicId()) : Optional.empty());
        return commands.submit(command, timeoutMs)
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
