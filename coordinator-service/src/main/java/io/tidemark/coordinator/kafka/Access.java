package io.tidemark.coordinator.kafka;

import io.tidemark.metadata.security.Authorizer;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.metadata.security.Authorizer.ResourceType;
import io.tidemark.protocol.server.RequestContext;

/** Asks the authorizer for a request's principal. Safe for any thread. */
final class Access {
    /** The cluster as a resource, by Kafka's name for it. */
    private static final String CLUSTER = "kafka-cluster";

    private final Authorizer authorizer;

    Access(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    boolean topic(RequestContext context, Operation operation, String topic) {
        return authorizer.allows(principal(context), operation, ResourceType.TOPIC, topic);
    }

    boolean cluster(RequestContext context, Operation operation) {
        return authorizer.allows(principal(context), operation, ResourceType.CLUSTER, CLUSTER);
    }

    boolean group(RequestContext context, Operation operation, String group) {
        return authorizer.allows(principal(context), operation, ResourceType.GROUP, group);
    }

    /** Kafka's bit field of what the principal may do with a group. */
    int operationsOn(RequestContext context, String group) {
        int bits = 0;
        for (GroupOperation each : GroupOperation.values()) {
            if (group(context, each.operation, group)) {
                bits |= 1 << each.bit;
            }
        }
        return bits;
    }

    /** What there is to do with groups, and Kafka's numbers for it. */
    private enum GroupOperation {
        READ(Operation.READ, 3),
        DELETE(Operation.DELETE, 6),
        DESCRIBE(Operation.DESCRIBE, 8);

        private final Operation operation;
        private final int bit;

        GroupOperation(Operation operation, int bit) {
            this.operation = operation;
            this.bit = bit;
        }
    }

    private static String principal(RequestContext context) {
        return context.connection().principal();
    }
}
