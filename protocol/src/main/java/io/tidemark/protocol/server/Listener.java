package io.tidemark.protocol.server;

import io.tidemark.protocol.transport.ByteBudget;

/** What the connections of a listener share. */
record Listener(
        ServerConfig config,
        ByteBudget budget,
        RequestDecoder requests,
        ApiVersionsHandler apiVersions,
        ServerObserver observer) {

    String name() {
        return config.listener();
    }
}
