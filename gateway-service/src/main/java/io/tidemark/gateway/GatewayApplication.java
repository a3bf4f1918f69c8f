package io.tidemark.gateway;

import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** A gateway in a process of its own; {@code tidemark.coordinators} says whom to follow. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({RemoteCoordinators.class, GatewayConfiguration.class})
public class GatewayApplication {

    /** Loopback, unless told otherwise. */
    public static final Map<String, Object> DEFAULTS =
            Map.of(
                    "server.address", "127.0.0.1",
                    "server.port", "8080",
                    "management.server.address", "127.0.0.1",
                    "management.server.port", "9404",
                    "management.endpoints.web.exposure.include", "health,prometheus",
                    "management.endpoint.health.show-details", "always",
                    "management.endpoint.health.probes.enabled", "true",
                    "management.endpoint.health.group.liveness.include", "livenessState,threads",
                    "management.endpoint.health.group.readiness.include", "readinessState,cluster",
                    "spring.lifecycle.timeout-per-shutdown-phase", "20s");

    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(GatewayApplication.class);
        application.setDefaultProperties(DEFAULTS);
        application.setBannerMode(Banner.Mode.OFF);
        application.run(args);
    }
}
