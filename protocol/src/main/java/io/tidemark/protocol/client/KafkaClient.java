package io.tidemark.protocol.client;

import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.protocol.ApiMessage;

/**
 * A pipelined, non-blocking client. One connection per (node, lane), made on demand, versions
 * agreed by ApiVersions. Requests of one lane are answered in order, so long polls get a lane of
 * their own.
 */
public final class KafkaClient implements AutoCloseable {

    public KafkaClient(EventLoopGroup loops, ClientConfig config) {
        throw new UnsupportedOperationException();
    }

    /**
     * Sends {@code request} at the highest version both sides know.
     *
     * @param lane requests with the same lane share a connection, in order
     * @param timeout from now until the response; the stage then fails with a {@link
     *     java.util.concurrent.TimeoutException}
     * @return completes on the connection's event loop; fails with {@link java.io.IOException}
     *     where the connection cannot be made or breaks (whether the request was carried out is
     *     then unknown)
     */
    public <S extends ApiMessage> CompletionStage<Response<S>> send(
            NodeAddress node, String lane, ApiMessage request, Duration timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
