package io.tidemark.partition.admin;

import io.tidemark.protocol.server.ApiHandler;
import io.tidemark.protocol.server.Connection;
import io.tidemark.protocol.server.RequestContext;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/**
 * Has a connection's requests about metadata handled one after another, as Kafka handles all of a
 * connection's. Answers leave in the order of the requests: without this, one that was made up
 * while a topic was being created would follow the one that tells of the topic, and take it back.
 *
 * <p>What waits belongs to its connection's event loop.
 */
public final class InTurn {
    private final Map<Connection, CompletionStage<?>> last = new ConcurrentHashMap<>();

    /** The same API, in turn with all others that this object was given. */
    public <Q extends ApiMessage, S extends ApiMessage> ApiHandler<Q, S> of(
            ApiHandler<Q, S> handler) {
        return new Queued<>(handler);
    }

    private final class Queued<Q extends ApiMessage, S extends ApiMessage>
            implements ApiHandler<Q, S> {
        private final ApiHandler<Q, S> handler;

        Queued(ApiHandler<Q, S> handler) {
            this.handler = handler;
        }

        @Override
        public short apiKey() {
            return handler.apiKey();
        }

        @Override
        public short minVersion() {
            return handler.minVersion();
        }

        @Override
        public short maxVersion() {
            return handler.maxVersion();
        }

        @Override
        public CompletionStage<@Nullable S> handle(RequestContext context, Q request) {
            Connection connection = context.connection();
            CompletionStage<?> before = last.get(connection);
            CompletionStage<@Nullable S> stage =
                    before == null
                            ? handler.handle(context, request)
                            : before.handleAsync((done, failure) -> done, connection.eventLoop())
                                    .thenCompose(ready -> handler.handle(context, request));
            CompletableFuture<@Nullable S> answer = stage.toCompletableFuture();
            if (!answer.isDone()) {
                last.put(connection, answer);
                var unused =
                        answer.whenCompleteAsync(
                                (done, failure) -> last.remove(connection, answer),
                                connection.eventLoop());
            }
            return answer;
        }
    }
}
