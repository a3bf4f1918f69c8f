package io.tidemark.partition.admin;

import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.jspecify.annotations.Nullable;

/** ListGroups: says that groups have no coordinator yet. */
public final class ListGroupsHandler extends Api<ListGroupsRequestData, ListGroupsResponseData> {
    private final Access access;

    public ListGroupsHandler(Access access) {
        super(16, 0, 5);
        this.access = access;
    }

    @Override
    public CompletionStage<@Nullable ListGroupsResponseData> handle(
            RequestContext context, ListGroupsRequestData request) {
        ErrorCode error =
                access.cluster(context, Operation.DESCRIBE)
                        ? ErrorCode.COORDINATOR_NOT_AVAILABLE
                        : ErrorCode.CLUSTER_AUTHORIZATION_FAILED;
        return CompletableFuture.completedFuture(
                new ListGroupsResponseData().setErrorCode(error.number()));
    }
}
