package io.tidemark.protocol.server;

import java.util.List;

/** APIs that one service offers to the listener of another in the same process. */
@FunctionalInterface
public interface KafkaApis {

    /** One handler for each API. */
    List<ApiHandler<?, ?>> handlers();
}
