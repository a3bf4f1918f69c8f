package io.tidemark.partition.admin;

import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;

/** What has a configuration, by Kafka's numbers, and who may see or change it. */
final class ConfigResources {
    static final byte TOPIC = 2;
    static final byte NODE = 4;

    private ConfigResources() {}

    /** NONE where the principal may do this to the resource. */
    static ErrorCode refusal(
            Access access, RequestContext context, Operation operation, byte type, String name) {
        if (type == TOPIC) {
            return access.topic(context, operation, name)
                    ? ErrorCode.NONE
                    : ErrorCode.TOPIC_AUTHORIZATION_FAILED;
        }
        return access.cluster(context, operation)
                ? ErrorCode.NONE
                : ErrorCode.CLUSTER_AUTHORIZATION_FAILED;
    }
}
