package io.tidemark.protocol.server;

import io.netty.channel.EventLoop;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.ApiTable.Api;
import io.tidemark.protocol.transport.DecodeAllowance;
import io.tidemark.protocol.transport.Envelopes;
import io.tidemark.protocol.transport.Envelopes.Enclosed;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.EnvelopeRequestData;
import org.apache.kafka.common.message.EnvelopeResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/**
 * Serves requests that another service passes on for its clients, as though they had come from
 * them: under their names, addresses and principals. Belongs on listeners that only our own
 * services reach, for it believes what it is told.
 */
public final class EnvelopeHandler
        implements ApiHandler<EnvelopeRequestData, EnvelopeResponseData> {
    private final ApiTable apis;

    /**
     * @param handlers of what may be enclosed
     */
    public EnvelopeHandler(List<ApiHandler<?, ?>> handlers) {
        this.apis = new ApiTable(handlers);
    }

    @Override
    public short apiKey() {
        return ApiMessageType.ENVELOPE.apiKey();
    }

    @Override
    public short minVersion() {
        return 0;
    }

    @Override
    public short maxVersion() {
        return 0;
    }

    @Override
    public CompletionStage<@Nullable EnvelopeResponseData> handle(
            RequestContext context, EnvelopeRequestData envelope) {
        Enclosed enclosed;
        try {
            enclosed = Envelopes.open(envelope, context.decodeAllowance());
        } catch (RuntimeException malformed) {
            return refuse(ErrorCode.INVALID_REQUEST);
        }
        Api api = apis.find(enclosed.request().apiKey());
        if (api == null || !api.serves(enclosed.version())) {
            return refuse(ErrorCode.UNSUPPORTED_VERSION);
        }
        CompletionStage<@Nullable ApiMessage> answer =
                api.handler().handle(new Passed(context, enclosed), enclosed.request());
        return answer.thenApply(response -> enclose(enclosed, response));
    }

    private static EnvelopeResponseData enclose(Enclosed enclosed, @Nullable ApiMessage response) {
        EnvelopeResponseData envelope = new EnvelopeResponseData();
        return response == null
                ? envelope
                : envelope.setResponseData(Envelopes.response(response, enclosed.version()));
    }

    private static CompletionStage<@Nullable EnvelopeResponseData> refuse(ErrorCode error) {
        return CompletableFuture.completedFuture(
                new EnvelopeResponseData().setErrorCode(error.number()));
    }

    /** The context of a request that was passed on. */
    private record Passed(RequestContext outer, Enclosed enclosed)
            implements RequestContext, Connection {

        @Override
        public short apiVersion() {
            return enclosed.version();
        }

        @Override
        public String clientId() {
            return enclosed.clientId();
        }

        @Override
        public Connection connection() {
            return this;
        }

        @Override
        public DecodeAllowance decodeAllowance() {
            return outer.decodeAllowance();
        }

        @Override
        public void releaseFrame() {
            outer.releaseFrame();
        }

        @Override
        public long id() {
            return outer.connection().id();
        }

        @Override
        public SocketAddress remoteAddress() {
            return new InetSocketAddress(enclosed.host(), 0);
        }

        @Override
        public String listener() {
            return outer.connection().listener();
        }

        @Override
        public String principal() {
            return enclosed.principal();
        }

        @Override
        public EventLoop eventLoop() {
            return outer.connection().eventLoop();
        }

        @Override
        public String clientSoftware() {
            return enclosed.software();
        }

        @Override
        public void onClose(Runnable action) {
            outer.connection().onClose(action);
        }

        @Override
        public void onNextRequest(Runnable action) {
            outer.connection().onNextRequest(action);
        }

        @Override
        public boolean isClosed() {
            return outer.connection().isClosed();
        }

        @Override
        public boolean isOpen() {
            return outer.connection().isOpen();
        }
    }
}
