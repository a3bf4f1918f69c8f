package io.tidemark.protocol.server;

import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/** A handler made of a function, for the versions a test asks for. */
public record FunctionHandler<Q extends ApiMessage, S extends ApiMessage>(
        ApiMessageType type,
        short minVersion,
        short maxVersion,
        BiFunction<RequestContext, Q, CompletionStage<@Nullable S>> function)
        implements ApiHandler<Q, S> {

    /** Serves all versions there are. */
    public static <Q extends ApiMessage, S extends ApiMessage> FunctionHandler<Q, S> all(
            ApiMessageType type,
            BiFunction<RequestContext, Q, CompletionStage<@Nullable S>> function) {
        return new FunctionHandler<>(
                type, type.lowestSupportedVersion(), type.highestSupportedVersion(false), function);
    }

    @Override
    public short apiKey() {
        return type.apiKey();
    }

    @Override
    public CompletionStage<@Nullable S> handle(RequestContext context, Q request) {
        return function.apply(context, request);
    }
}
