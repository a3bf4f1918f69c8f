package io.tidemark.protocol.server;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/** The APIs that a listener serves, by their keys. */
final class ApiTable {
    private final @Nullable Api[] byKey;
    private final List<Api> all = new ArrayList<>();

    /** One API and its handler. */
    record Api(
            ApiMessageType type,
            short minVersion,
            short maxVersion,
            ApiHandler<ApiMessage, ApiMessage> handler) {

        short key() {
            return type.apiKey();
        }

        boolean serves(short version) {
            return version >= minVersion && version <= maxVersion;
        }

        /** Whether requests of this version can be read at all, served or not. */
        boolean understands(short version) {
            return version >= type.lowestSupportedVersion()
                    && version <= type.highestSupportedVersion(true);
        }
    }

    /**
     * @throws IllegalArgumentException where two handlers serve one API, or a range is not within
     *     what the message class knows
     */
    ApiTable(List<ApiHandler<?, ?>> handlers) {
        byKey = new Api[128];
        for (ApiHandler<?, ?> handler : handlers) {
            add(handler);
        }
    }

    private void add(ApiHandler<?, ?> handler) {
        ApiMessageType type = ApiMessageType.fromApiKey(handler.apiKey());
        @SuppressWarnings("unchecked") // the frame's key chose it: requests are of its class
        var untyped = (ApiHandler<ApiMessage, ApiMessage>) handler;
        Api api = new Api(type, handler.minVersion(), handler.maxVersion(), untyped);
        boolean known = api.understands(api.minVersion) && api.understands(api.maxVersion);
        if (!known || api.minVersion > api.maxVersion) {
            throw new IllegalArgumentException(
                    "%s cannot be served from v%d to v%d"
                            .formatted(type, api.minVersion, api.maxVersion));
        }
        if (byKey[api.key()] != null) {
            throw new IllegalArgumentException(type + " has two handlers");
        }
        byKey[api.key()] = api;
        all.add(api);
    }

    /** The API with a key; null where it is not served. */
    @Nullable Api find(short key) {
        return key >= 0 && key < byKey.length ? byKey[key] : null;
    }

    List<Api> all() {
        return all;
    }

    /** What to call an API in a log line. */
    static String nameOf(short key) {
        try {
            return ApiMessageType.fromApiKey(key).name;
        } catch (RuntimeException e) {
            return "API " + key;
        }
    }
}
