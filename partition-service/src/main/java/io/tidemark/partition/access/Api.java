package io.tidemark.partition.access;

import io.tidemark.protocol.server.ApiHandler;
import org.apache.kafka.common.protocol.ApiMessage;

/** An API's number and the versions served. */
public abstract class Api<Q extends ApiMessage, S extends ApiMessage> implements ApiHandler<Q, S> {
    private final short key;
    private final short minVersion;
    private final short maxVersion;

    protected Api(int key, int minVersion, int maxVersion) {
        this.key = (short) key;
        this.minVersion = (short) minVersion;
        this.maxVersion = (short) maxVersion;
    }

    @Override
    public final short apiKey() {
        return key;
    }

    @Override
    public final short minVersion() {
        return minVersion;
    }

    @Override
    public final short maxVersion() {
        return maxVersion;
    }
}
