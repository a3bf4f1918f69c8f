package io.tidemark.partition.admin;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.Command.ElectLeaders.Election;
import io.tidemark.metadata.command.Command.PartitionId;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.partition.membership.ClusterView;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.ElectLeadersResponseData;
import org.apache.kafka.common.message.ElectLeadersResponseData.PartitionResult;
import org.apache.kafka.common.message.ElectLeadersResponseData.ReplicaElectionResult;
import org.jspecify.annotations.Nullable;

/** ElectLeaders: preferred leaders, or unclean ones where nobody eligible is left. */
public final class ElectLeadersHandler
        extends Api<ElectLeadersRequestData, ElectLeadersResponseData> {
    private static final byte PREFERRED = 0;
    private static final byte UNCLEAN = 1;

    private final ClusterView view;
    private final Commands commands;
    private final Access access;

    public ElectLeadersHandler(ClusterView view, Commands commands, Access access) {
        super(43, 1, 2);
        this.view = view;
        this.commands = commands;
        this.access = access;
    }

    @Override
    public CompletionStage<@Nullable ElectLeadersResponseData> handle(
            RequestContext context, ElectLeadersRequestData request) {
        if (!access.cluster(context, Operation.ALTER)) {
            return failed(ErrorCode.CLUSTER_AUTHORIZATION_FAILED);
        }
        return switch (request.electionType()) {
            case PREFERRED -> elect(Election.PREFERRED, context, request);
            case UNCLEAN -> elect(Election.UNCLEAN, context, request);
            default -> failed(ErrorCode.INVALID_REQUEST);
        };
    }

    private CompletionStage<@Nullable ElectLeadersResponseData> elect(
            Election election, RequestContext context, ElectLeadersRequestData request) {
        PartitionOutcomes outcomes = new PartitionOutcomes(view.image());
        List<PartitionId> known = new ArrayList<>();
        boolean all = request.topicPartitions() == null;
        if (!all) {
            request.topicPartitions()
                    .forEach(
                            topic ->
                                    topic.partitions()
                                            .forEach(
                                                    index ->
                                                            outcomes.find(topic.topic(), index)
                                                                    .ifPresent(known::add)));
            if (known.isEmpty()) {
                return CompletableFuture.completedFuture(response(outcomes));
            }
        }
        Command command = new Command.ElectLeaders(election, known, Commands.asker(context));
        return commands.submit(command, request.timeoutMs())
                .thenApply(
                        result -> {
                            if (all && result instanceof CommandResult.Rejected rejected) {
                                return new ElectLeadersResponseData()
                                        .setErrorCode(rejected.error());
                            }
                            outcomes.take(result, known);
                            return response(outcomes);
                        });
    }

    private static ElectLeadersResponseData response(PartitionOutcomes outcomes) {
        ElectLeadersResponseData response = new ElectLeadersResponseData();
        outcomes.byTopic()
                .forEach(
                        (topic, partitions) ->
                                response.replicaElectionResults()
                                        .add(
                                                new ReplicaElectionResult()
                                                        .setTopic(topic)
                                                        .setPartitionResult(
                                                                partitions.stream()
                                                                        .map(
                                                                                ElectLeadersHandler
                                                                                        ::result)
                                                                        .toList())));
        return response;
    }

    private static PartitionResult result(PartitionOutcomes.Outcome outcome) {
        return new PartitionResult()
                .setPartitionId(outcome.index())
                .setErrorCode(outcome.error())
                .setErrorMessage(outcome.error() == 0 ? null : outcome.message());
    }

    private static CompletionStage<@Nullable ElectLeadersResponseData> failed(ErrorCode error) {
        return CompletableFuture.completedFuture(
                new ElectLeadersResponseData().setErrorCode(error.number()));
    }
}
