package io.tidemark.partition.shell;

import io.tidemark.environment.Clock;
import io.tidemark.environment.thread.OwnedThreads;
import io.tidemark.environment.thread.ThreadWatch;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.control.HttpControlPlane;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The control plane over HTTP. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CoordinatorsProperties.class)
public class CoordinatorsConfiguration {

    @Bean(destroyMethod = "close")
    ControlPlane controlPlane(
            CoordinatorsProperties properties, OwnedThreads threads, ThreadWatch watch) {
        return new HttpControlPlane(
                properties.coordinators(),
                HttpControlPlane.Timeouts.DEFAULT,
                Clock.system(),
                threads,
                watch::add);
    }
}
