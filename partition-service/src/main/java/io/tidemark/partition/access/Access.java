package io.tidemark.partition.access;

import io.tidemark.metadata.security.Authorizer;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.metadata.security.Authorizer.ResourceType;
import io.tidemark.protocol.server.RequestContext;

/** Asks the authorizer for a request's principal. Safe for any thread. */
public final class Access {
    /** The cluster as a resource, by Kafka's name for it. */
    private static final String CLUSTER = "kafka-cluster";

    private final Authorizer authorizer;

    public Access(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    public boolean topic(RequestContext context, Operation operation, String topic) {
        return authorizer.allows(principal(context), operation, ResourceType.TOPIC, topic);
    }

    public boolean cluster(RequestContext context, Operation operation) {
        return authorizer.allows(principal(context), operation, ResourceType.CLUSTER, CLUSTER);
    }

    public boolean group(RequestContext context, Operation operation, String group) {
        return authorizer.allows(principal(context), operation, ResourceType.GROUP, group);
    }

    public boolean transactionalId(RequestContext context, Operation operation, String id) {
        return authorizer.allows(principal(context), operation, ResourceType.TRANSACTIONAL_ID, id);
    }

    private static String principal(RequestContext context) {
        return context.connection().principal();
    }
}
