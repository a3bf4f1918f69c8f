package io.tidemark.metadata.security;

/** Asked on every request, for HTTP and the Kafka protocol alike. Any thread; never blocks. */
@FunctionalInterface
public interface Authorizer {

    boolean allows(String principal, Operation operation, ResourceType type, String resource);

    /** Kafka's operations. */
    enum Operation {
        READ,
        WRITE,
        CREATE,
        DELETE,
        ALTER,
        DESCRIBE,
        CLUSTER_ACTION,
        DESCRIBE_CONFIGS,
        ALTER_CONFIGS,
        IDEMPOTENT_WRITE
    }

    /** Kafka's resource types. */
    enum ResourceType {
        TOPIC,
        GROUP,
        CLUSTER,
        TRANSACTIONAL_ID
    }

    /** Says yes to everyone: the default while no authentication is configured. */
    static Authorizer allowAll() {
        return (principal, operation, type, resource) -> true;
    }
}
