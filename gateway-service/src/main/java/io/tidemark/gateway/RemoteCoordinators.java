package io.tidemark.gateway;

import io.tidemark.environment.Clock;
import io.tidemark.environment.thread.OwnedThreads;
import io.tidemark.environment.thread.ThreadWatch;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.control.HttpControlPlane;
import java.net.URI;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** The control plane in other processes, where {@code tidemark.coordinators} names them. */
@Configuration(proxyBeanMethods = false)
@Conditional(RemoteCoordinators.AreNamed.class)
@EnableConfigurationProperties(RemoteCoordinators.Addresses.class)
class RemoteCoordinators {

    /**
     * Where other services are.
     *
     * @param coordinators base URLs of all coordinators, such as {@code http://10.0.0.5:8090}
     */
    @ConfigurationProperties("tidemark")
    record Addresses(@DefaultValue("http://127.0.0.1:8090") List<URI> coordinators) {}

    /** Given as one text or as a list, as an application.yaml would. */
    static final class AreNamed implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return Binder.get(context.getEnvironment())
                    .bind("tidemark.coordinators", Bindable.listOf(URI.class))
                    .isBound();
        }
    }

    @Bean
    ControlPlane remoteControlPlane(Addresses addresses, OwnedThreads threads, ThreadWatch watch) {
        return new HttpControlPlane(
                addresses.coordinators(),
                HttpControlPlane.Timeouts.DEFAULT,
                Clock.system(),
                threads,
                watch::add);
    }
}
