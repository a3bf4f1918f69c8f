package io.tidemark.gateway.shared;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.environment.Clock;
import io.tidemark.gateway.runtime.GatewayLoops;
import io.tidemark.gateway.shared.idempotency.IdempotencyProperties;
import io.tidemark.gateway.shared.idempotency.IdempotentRequests;
import io.tidemark.gateway.shared.idempotency.MemoryIdempotencyStore;
import io.tidemark.gateway.shared.idempotency.RedisIdempotencyStore;
import io.tidemark.gateway.shared.instance.GatewayIdentity;
import io.tidemark.gateway.shared.instance.InstanceBounds;
import io.tidemark.gateway.shared.instance.InstanceDirectory;
import io.tidemark.gateway.shared.instance.MemoryInstanceDirectory;
import io.tidemark.gateway.shared.instance.RedisInstanceDirectory;
import io.tidemark.gateway.shared.redis.RedisLink;
import io.tidemark.gateway.shared.redis.RedisMetrics;
import io.tidemark.gateway.shared.redis.RedisProperties;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;

/** The parts that gateways share; over Redis where {@code tidemark.redis.url} names one. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({
    SharedProperties.class,
    RedisProperties.class,
    IdempotencyProperties.class
})
public class SharedConfiguration {

    @Bean
    GatewayIdentity gatewayIdentity() {
        return GatewayIdentity.random();
    }

    @Bean
    @Conditional(RedisConfigured.class)
    RedisLink redisLink(RedisProperties properties, GatewayLoops loops, MeterRegistry registry) {
        return new RedisLink(properties, loops.group(), new RedisMetrics(registry));
    }

    @Bean
    @Conditional(RedisConfigured.class)
    RedisHealth redisHealthIndicator(RedisLink link) {
        return new RedisHealth(link);
    }

    @Bean
    InstanceDirectory instanceDirectory(
            SharedProperties properties, ObjectProvider<RedisLink> redis) {
        InstanceBounds bounds = InstanceBounds.of(properties.maxInstances());
        RedisLink link = redis.getIfAvailable();
        return link == null
                ? new MemoryInstanceDirectory(bounds, Clock.system())
                : new RedisInstanceDirectory(link, bounds);
    }

    @Bean
    IdempotentRequests idempotentRequests(
            IdempotencyProperties properties,
            ObjectProvider<RedisLink> redis,
            MeterRegistry registry) {
        RedisLink link = redis.getIfAvailable();
        return new IdempotentRequests(
                link == null
                        ? new MemoryIdempotencyStore(properties, Clock.system())
                        : new RedisIdempotencyStore(link, properties),
                registry);
    }
}
