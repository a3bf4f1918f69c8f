package io.tidemark.partition.produce;

import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.partition.access.Api;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.jspecify.annotations.Nullable;

/**
 * InitProducerId for idempotent producers: a fresh id with epoch 0. A transactional id is answered
 * with an error that ends every client: no node coordinates transactions yet.
 */
public final class InitProducerIdHandler
        extends Api<InitProducerIdRequestData, InitProducerIdResponseData> {
    private final ProducerIds ids;
    private final Access access;

    public InitProducerIdHandler(ProducerIds ids, Access access) {
        super(22, 0, 5);
        this.ids = ids;
        this.access = access;
    }

    @Override
    public CompletionStage<@Nullable InitProducerIdResponseData> handle(
            RequestContext context, InitProducerIdRequestData request) {
        String transactionalId = request.transactionalId();
        if (transactionalId != null) {
            return CompletableFuture.completedFuture(
                    refused(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED));
        }
        if (!access.cluster(context, Operation.IDEMPOTENT_WRITE)) {
            return CompletableFuture.completedFuture(
                    refused(ErrorCode.CLUSTER_AUTHORIZATION_FAILED));
        }
        return ids.take()
                .thenApply(
                        allocation ->
                                switch (allocation) {
                                    case ProducerIds.Allocation.Given given ->
                                            new InitProducerIdResponseData()
                                                    .setProducerId(given.producerId())
                                                    .setProducerEpoch((short) 0);
                                    case ProducerIds.Allocation.Refused refusal ->
                                            refused(refusal.error());
                                });
    }

    private static InitProducerIdResponseData refused(ErrorCode error) {
        return new InitProducerIdResponseData()
                .setErrorCode(error.number())
                .setProducerId(-1)
                .setProducerEpoch((short) -1);
    }
}
