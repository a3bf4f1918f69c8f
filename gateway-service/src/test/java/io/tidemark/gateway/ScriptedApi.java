package io.tidemark.gateway;

import io.netty.channel.EventLoopGroup;
import io.tidemark.protocol.server.ApiHandler;
import io.tidemark.protocol.server.KafkaServer;
import io.tidemark.protocol.server.RequestContext;
import io.tidemark.protocol.server.ServerConfig;
import java.net.BindException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/** One kind of request that a scripted server answers as a test says. */
record ScriptedApi<Q extends ApiMessage, S extends ApiMessage>(
        int key, int min, int max, Function<Q, CompletionStage<S>> answer)
        implements ApiHandler<Q, S> {

    /** A Kafka-protocol server on a free port of this machine that knows these requests. */
    static KafkaServer serve(EventLoopGroup loops, int maxConnections, List<ApiHandler<?, ?>> apis)
            throws BindException {
        return KafkaServer.start(
                new ServerConfig(
                        "PLAINTEXT",
                        "127.0.0.1",
                        0,
                        64 << 20,
                        256 << 20,
                        maxConnections,
                        maxConnections,
                        Duration.ofMinutes(5),
                        Duration.ZERO),
                loops,
                apis);
    }

    @Override
    public short apiKey() {
        return (short) key;
    }

    @Override
    public short minVersion() {
        return (short) min;
    }

    @Override
    public short maxVersion() {
        return (short) max;
    }

    @Override
    @SuppressWarnings("unchecked")
    public CompletionStage<@Nullable S> handle(RequestContext context, Q request) {
        return (CompletionStage<@Nullable S>) (CompletionStage<?>) answer.apply(request);
    }
}
