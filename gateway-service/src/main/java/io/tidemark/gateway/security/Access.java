package io.tidemark.gateway.security;

import io.tidemark.gateway.error.ApiError;
import io.tidemark.metadata.security.Authorizer;
import io.tidemark.metadata.security.Authorizer.Operation;
import io.tidemark.metadata.security.Authorizer.ResourceType;
import java.util.Optional;

/** Asks the {@link Authorizer}, for every request. Any thread; never blocks. */
public final class Access {

    /** Who asks while no authentication is configured. */
    public static final String ANONYMOUS = "User:ANONYMOUS";

    /** The one resource of type cluster. */
    public static final String CLUSTER = "kafka-cluster";

    private final Authorizer authorizer;

    public Access(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    /** The refusal, where {@code principal} may not; empty where it may. */
    public Optional<ApiError> refusal(
            String principal, Operation operation, ResourceType type, String resource) {
        return authorizer.allows(principal, operation, type, resource)
                ? Optional.empty()
                : Optional.of(
                        ApiError.forbidden(
                                "%s may not %s %s '%s'."
                                        .formatted(principal, operation, type, resource)));
    }

    /** Throws the refusal as an {@link io.tidemark.gateway.error.ApiErrorException}. */
    public void require(String principal, Operation operation, ResourceType type, String resource) {
        refusal(principal, operation, type, resource)
                .ifPresent(
                        error -> {
                            throw error.exception();
                        });
    }

    /** {@link #require} on a topic. */
    public void requireTopic(String principal, Operation operation, String topic) {
        require(principal, operation, ResourceType.TOPIC, topic);
    }

    /** {@link #require} on the cluster. */
    public void requireCluster(String principal, Operation operation) {
        require(principal, operation, ResourceType.CLUSTER, CLUSTER);
    }
}
