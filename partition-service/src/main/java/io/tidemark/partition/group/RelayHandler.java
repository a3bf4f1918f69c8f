package io.tidemark.partition.group;

import io.tidemark.protocol.server.ApiHandler;
import io.tidemark.protocol.server.RequestContext;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/** An API that the leading coordinator serves: it decides also whether the client may. */
class RelayHandler implements ApiHandler<ApiMessage, ApiMessage> {
    private final ApiMessageType type;
    private final GroupRelay relay;

    RelayHandler(ApiMessageType type, GroupRelay relay) {
        this.type = type;
        this.relay = relay;
    }

    @Override
    public final short apiKey() {
        return type.apiKey();
    }

    @Override
    public final short minVersion() {
        return type.lowestSupportedVersion();
    }

    @Override
    public final short maxVersion() {
        return type.highestSupportedVersion(false);
    }

    @Override
    public CompletionStage<@Nullable ApiMessage> handle(
            RequestContext context, ApiMessage request) {
        return relay.pass(context, request).thenApply(response -> response);
    }
}
