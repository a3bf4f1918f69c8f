package io.tidemark.protocol.client;

import java.util.Arrays;
import org.apache.kafka.common.message.ApiMessageType;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;

/** For each API the highest version that a node and we both know. */
final class AgreedVersions {
    private static final short NONE = -1;

    private final short[] byKey = new short[128];

    AgreedVersions(ApiVersionsResponseData theirs) {
        Arrays.fill(byKey, NONE);
        for (ApiMessageType type : ApiMessageType.values()) {
            ApiVersion range = theirs.apiKeys().find(type.apiKey());
            if (range == null) {
                continue;
            }
            int version = Math.min(range.maxVersion(), type.highestSupportedVersion(false));
            if (version >= Math.max(range.minVersion(), type.lowestSupportedVersion())) {
                byKey[type.apiKey()] = (short) version;
            }
        }
    }

    short version(ApiMessageType type) throws UnsupportedApiException {
        short version = byKey[type.apiKey()];
        if (version == NONE) {
            throw new UnsupportedApiException(type.name + ": no version that both sides know");
        }
        return version;
    }
}
