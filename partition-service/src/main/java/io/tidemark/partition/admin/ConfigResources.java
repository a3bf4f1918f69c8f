package io.tidemark.partition.admin;

import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.partition.access.Access;
import io.tidemark.protocol.ErrorCode;
import io.tidemark.protocol.server.RequestContext;

/** What has a configuration, by Kafka's numbers, and who may see or change it. */
final class ConfigResources {
    static final byte TOPIC = 2;
    static final byte NODE = 4;
    private static final byte LOGGERS_OF_NODE = 8;
    private static final byte CLIENT_METRICS = 16;
    private static final byte GROUP = 32;

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

    /** Why a resource that is neither a topic nor a node has no configuration, for people. */
    static String absence(byte type) {
        return switch (type) {
            case LOGGERS_OF_NODE ->
                    "There is no configuration of BROKER_LOGGER: a process takes its log levels at its start, as --logging.level.io.tidemark=debug";
            case CLIENT_METRICS ->
                    "There is no configuration of CLIENT_METRICS: the metrics of clients are not collected";
            case GROUP ->
                    "There is no configuration of GROUP: all groups have the coordinators' settings, tidemark.coordinator.groups";
            default -> "There is no configuration of resource type " + type;
        };
    }
}
