package io.tidemark.gateway;

import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.control.HttpControlPlane;
import java.net.URI;
import java.util.List;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The control plane in other processes, where {@code tidemark.coordinators} names them. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty("tidemark.coordinators")
@EnableConfigurationProperties(RemoteCoordinators.Addresses.class)
class RemoteCoordinators {

    /**
     * Where other services are.
     *
     * @param coordinators base URLs of all coordinators, such as {@code http://10.0.0.5:8090}
     */
    @ConfigurationProperties("tidemark")
    record Addresses(@DefaultValue List<URI> coordinators) {}

    @Bean
    ControlPlane remoteControlPlane(Addresses addresses) {
        return new HttpControlPlane(addresses.coordinators(), HttpControlPlane.Timeouts.DEFAULT);
    }
}
