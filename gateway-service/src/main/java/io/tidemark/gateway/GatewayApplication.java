package io.tidemark.gateway;

import io.tidemark.telemetry.process.ProcessDefaults;
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
            ProcessDefaults.with(
                    Map.of(
                            "server.port", "8080",
                            "management.endpoint.health.group.readiness.include",
                                    "readinessState,cluster",
                            "spring.lifecycle.timeout-per-shutdown-phase", "20s"));

    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(GatewayApplication.class);
        application.setDefaultProperties(DEFAULTS);
        application.setBannerMode(Banner.Mode.OFF);
        application.run(args);
    }
}
