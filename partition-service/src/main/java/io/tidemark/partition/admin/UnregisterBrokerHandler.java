package io.tidemark.partition.admin;

import io.tidemark.metadata.command.Command;
import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.UnregisterBrokerRequestData;
import org.apache.kafka.common.message.UnregisterBrokerResponseData;
import org.jspecify.annotations.Nullable;

/** UnregisterBroker: forgets a node that is gone for good. */
public final class UnregisterBrokerHandler
        extends Api<UnregisterBrokerRequestData, UnregisterBrokerResponseData> {
    private static final int TIMEOUT_MS = 10_000;

    private final Commands commands;
    private final Access access;

    public UnregisterBrokerHandler(Commands commands, Access access) {
        super(64, 0, 0);
        this.commands = commands;
        this.access = access;
    }

    @Override
    public CompletionStage<@Nullable UnregisterBrokerResponseData> handle(
            RequestContext context, UnregisterBrokerRequestData request) {
        UnregisterBrokerResponseData response = new UnregisterBrokerResponseData();
        if (!access.cluster(context, Operation.ALTER)) {
            return CompletableFuture.completedFuture(
                    response.setErrorCode(ErrorCode.CLUSTER_AUTHORIZATION_FAILED.number()));
        }
        return commands.submit(new Command.UnregisterNode(request.brokerId()), TIMEOUT_MS)
                .thenApply(
                        result ->
                                result instanceof CommandResult.Rejected rejected
                                        ? response.setErrorCode(rejected.error())
                                                .setErrorMessage(rejected.message())
                                        : response);
    }
}
