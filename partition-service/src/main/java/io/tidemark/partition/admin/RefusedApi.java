package io.tidemark.partition.admin;

import io.tidemark.partition.access.Api;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.ErrorResponses;
import io.tidemark.protocol.server.RequestContext;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/** An API that is answered with the same error always, in every place where it has one. */
public final class RefusedApi extends Api<ApiMessage, ApiMessage> {
    private final ErrorCode error;

    private RefusedApi(ApiMessageType type, ErrorCode error) {
        super(type.apiKey(), type.lowestSupportedVersion(), type.highestSupportedVersion(false));
        this.error = error;
    }

    /**
     * The APIs of access control. There is no authorizer: Kafka answers SECURITY_DISABLED then,
     * which tools know.
     */
    public static List<RefusedApi> ofAcls() {
        return List.of(
                new RefusedApi(ApiMessageType.DESCRIBE_ACLS, ErrorCode.SECURITY_DISABLED),
                new RefusedApi(ApiMessageType.CREATE_ACLS, ErrorCode.SECURITY_DISABLED),
                new RefusedApi(ApiMessageType.DELETE_ACLS, ErrorCode.SECURITY_DISABLED));
    }

    @Override
    public CompletionStage<@Nullable ApiMessage> handle(
            RequestContext context, ApiMessage request) {
        return CompletableFuture.completedFuture(
                ErrorResponses.of(request, context.apiVersion(), error));
    }
}
