package io.tidemark.protocol.server;

import io.tidemark.protocol.transport.ByteBudget;
import io.tidemark.protocol.transport.ConnectionShares;

/** What the connections of a listener share. */
record Listener(
        ServerConfig config,
        ConnectionShares shares,
        RefusalLog refusals,
        ByteBudget budget,
        RequestDecoder requests,
        ApiVersionsHandler apiVersions,
        ServerObserver observer) {
    private static final long MAX_DECODED_BYTES = 32 << 20;
    private static final int DECODED_PART = 8;

    /** Most that one request may decode to. */
    long maxDecodedBytes() {
        return Math.min(MAX_DECODED_BYTES, budget.limitBytes() / DECODED_PART);
    }

    String name() {
        return config.listener();
    }
}
