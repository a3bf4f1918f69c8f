package io.tidemark.gateway;

import io.tidemark.environment.Clock;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.routing.NodeBreakers;
import io.tidemark.gateway.routing.PartitionClient;
import io.tidemark.gateway.runtime.GatewayLoops;
import io.tidemark.gateway.security.Access;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.security.Authorizer;
import io.tidemark.protocol.client.ClientConfig;
import io.tidemark.protocol.client.KafkaClient;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * The gateway's parts. Needs a {@link ControlPlane} bean from whoever imports it; takes an {@link
 * Authorizer} where there is one.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(GatewayProperties.class)
public class GatewayConfiguration {

    @Bean
    GatewayLoops gatewayLoops(GatewayProperties properties) {
        int loops = properties.loops();
        return new GatewayLoops(loops > 0 ? loops : Runtime.getRuntime().availableProcessors());
    }

    @Bean
    Access access(ObjectProvider<Authorizer> authorizer) {
        return new Access(authorizer.getIfAvailable(Authorizer::allowAll));
    }

    @Bean
    ClusterView clusterView(
            ControlPlane controlPlane, GatewayLoops loops, GatewayProperties properties) {
        return new ClusterView(controlPlane, loops.timers(), properties.listener());
    }

    @Bean
    KafkaClient gatewayKafkaClient(GatewayLoops loops) {
        return new KafkaClient(
                loops.group(),
                new ClientConfig("tidemark-gateway", Duration.ofSeconds(5), 128 << 20));
    }

    @Bean
    NodeBreakers nodeBreakers() {
        return new NodeBreakers();
    }

    @Bean
    PartitionClient partitionClient(
            ClusterView view, KafkaClient client, NodeBreakers breakers, GatewayLoops loops) {
        return new PartitionClient(view, client, breakers, Clock.system(), loops.timers());
    }
}
