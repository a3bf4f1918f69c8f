package io.tidemark.partition.admin;

import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.partition.group.GroupPlacement;
import io.tidemark.partition.membership.ClusterView;
import io.tidemark.partition.routing.Routing;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData.Coordinator;
import org.jspecify.annotations.Nullable;

/**
 * FindCoordinator: names the node that passes a group's requests on to the leading coordinator.
 * Transactions and share groups' states have none, and whoever asks for one is told so for good: an
 * error that clients repeat would have them wait for a minute for what does not come.
 *
 * <p>Current Java clients end with any error that they do not expect, and show its message. The
 * older versions are what librdkafka and KafkaJS speak; librdkafka asks again after every error but
 * those of authorization.
 *
 * @see <a href="../../../../../../../docs/adr/0161-final-answers-for-what-is-not-served.md">ADR
 *     161</a>
 */
public final class FindCoordinatorHandler
        extends Api<FindCoordinatorRequestData, FindCoordinatorResponseData> {
    private static final byte GROUP = 0;
    private static final byte TRANSACTION = 1;
    private static final short FIRST_VERSION_OF_MANY = 4;
    private static final String NO_TRANSACTIONS =
            "This broker does not support transactions: leave transactional.id out";

    private final ClusterView view;
    private final Access access;

    public FindCoordinatorHandler(ClusterView view, Access access) {
        super(10, 0, 6);
        this.view = view;
        this.access = access;
    }

    @Override
    public CompletionStage<@Nullable FindCoordinatorResponseData> handle(
            RequestContext context, FindCoordinatorRequestData request) {
        return CompletableFuture.completedFuture(
                context.apiVersion() >= FIRST_VERSION_OF_MANY
                        ? many(context, request.keyType(), request.coordinatorKeys())
                        : one(find(context, request.keyType(), request.key())));
    }

    private FindCoordinatorResponseData many(
            RequestContext context, byte keyType, List<String> keys) {
        return new FindCoordinatorResponseData()
                .setCoordinators(
                        keys.stream().distinct().map(key -> find(context, keyType, key)).toList());
    }

    private static FindCoordinatorResponseData one(Coordinator found) {
        return new FindCoordinatorResponseData()
                .setNodeId(found.nodeId())
                .setHost(found.host())
                .setPort(found.port())
                .setErrorCode(found.errorCode())
                .setErrorMessage(found.errorMessage());
    }

    private Coordinator find(RequestContext context, byte keyType, String key) {
        return switch (keyType) {
            case GROUP ->
                    access.group(context, Operation.DESCRIBE, key)
                            ? group(context, key)
                            : none(key, ErrorCode.GROUP_AUTHORIZATION_FAILED, null);
            case TRANSACTION ->
                    access.transactionalId(context, Operation.DESCRIBE, key)
                            ? none(
                                    key,
                                    context.apiVersion() >= FIRST_VERSION_OF_MANY
                                            ? ErrorCode.UNSUPPORTED_VERSION
                                            : ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
                                    NO_TRANSACTIONS)
                            : none(key, ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED, null);
            default ->
                    none(
                            key,
                            ErrorCode.INVALID_REQUEST,
                            "There are no coordinators for keys of type " + keyType);
        };
    }

    private Coordinator group(RequestContext context, String key) {
        Optional<Integer> node = GroupPlacement.nodeOf(key, view.image());
        Optional<NodeImage.Listener> endpoint =
                node.flatMap(id -> Routing.endpoint(view.image(), context, id));
        return endpoint.isPresent()
                ? new Coordinator()
                        .setKey(key)
                        .setNodeId(node.orElseThrow())
                        .setHost(endpoint.get().host())
                        .setPort(endpoint.get().port())
                : none(key, ErrorCode.COORDINATOR_NOT_AVAILABLE, "No node lives at the moment");
    }

    private static Coordinator none(String key, ErrorCode error, @Nullable String message) {
        return new Coordinator()
                .setKey(key)
                .setNodeId(-1)
                .setHost("")
                .setPort(-1)
                .setErrorCode(error.number())
                .setErrorMessage(message);
    }
}
