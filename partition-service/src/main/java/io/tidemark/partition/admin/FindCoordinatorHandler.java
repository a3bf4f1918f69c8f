package io.tidemark.partition.admin;

import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData.Coordinator;
import org.jspecify.annotations.Nullable;

/** FindCoordinator: says that groups and transactions have no coordinator yet. */
public final class FindCoordinatorHandler
        extends Api<FindCoordinatorRequestData, FindCoordinatorResponseData> {
    private static final byte GROUP = 0;
    private static final short FIRST_VERSION_OF_MANY = 4;

    private final Access access;

    public FindCoordinatorHandler(Access access) {
        super(10, 0, 6);
        this.access = access;
    }

    @Override
    public CompletionStage<@Nullable FindCoordinatorResponseData> handle(
            RequestContext context, FindCoordinatorRequestData request) {
        FindCoordinatorResponseData response = new FindCoordinatorResponseData();
        if (context.apiVersion() >= FIRST_VERSION_OF_MANY) {
            for (String key : request.coordinatorKeys()) {
                ErrorCode error = error(context, request.keyType(), key);
                response.coordinators()
                        .add(
                                new Coordinator()
                                        .setKey(key)
                                        .setNodeId(-1)
                                        .setHost("")
                                        .setPort(-1)
                                        .setErrorCode(error.number())
                                        .setErrorMessage(message(request.keyType())));
            }
        } else {
            response.setNodeId(-1)
                    .setHost("")
                    .setPort(-1)
                    .setErrorCode(error(context, request.keyType(), request.key()).number())
                    .setErrorMessage(message(request.keyType()));
        }
        return CompletableFuture.completedFuture(response);
    }

    private ErrorCode error(RequestContext context, byte keyType, String key) {
        if (keyType == GROUP) {
            return access.group(context, Operation.DESCRIBE, key)
                    ? ErrorCode.COORDINATOR_NOT_AVAILABLE
                    : ErrorCode.GROUP_AUTHORIZATION_FAILED;
        }
        return access.transactionalId(context, Operation.DESCRIBE, key)
                ? ErrorCode.COORDINATOR_NOT_AVAILABLE
                : ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED;
    }

    private static String message(byte keyType) {
        return keyType == GROUP
                ? "Consumer groups are not available yet: assign partitions instead of subscribing"
                : "Transactions are not available yet";
    }
}
