package io.tidemark.gateway.shared.redis;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The Redis that gateways share.
 *
 * @param url {@code redis://[user:password@]host:port[/database]}, or {@code rediss://} for TLS;
 *     where empty nothing is shared and no connection made
 * @param timeout time for one call; beyond it the call has failed
 * @param connectTimeout time for a connection to come about
 * @param keyPrefix what every key begins with; another one for each cluster on the same Redis
 */
@Validated
@ConfigurationProperties("tidemark.redis")
public record RedisProperties(
        @Nullable String url,
        @DefaultValue("250ms") @NotNull Duration timeout,
        @DefaultValue("2s") @NotNull Duration connectTimeout,
        @DefaultValue("tidemark") @NotBlank String keyPrefix) {

    /** The URL may hold a password. */
    @Override
    public String toString() {
        return "RedisProperties[keyPrefix=" + keyPrefix + ", timeout=" + timeout + "]";
    }
}
