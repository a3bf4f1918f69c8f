package io.tidemark.coordinator;

import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** The coordinator as a process of its own. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({CoordinatorServiceConfiguration.class, CoordinatorHttpConfiguration.class})
public class CoordinatorApplication {

    /** Weaker than any configuration: loopback, the documented ports, quiet libraries. */
    public static final Map<String, Object> DEFAULTS =
            Map.of(
                    "server.address", "127.0.0.1",
                    "server.port", "8090",
                    "management.server.address", "127.0.0.1",
                    "management.server.port", "9404",
                    "management.endpoints.web.exposure.include", "health,prometheus",
                    "management.endpoint.health.probes.enabled", "true",
                    "management.endpoint.health.group.liveness.include", "livenessState,threads",
                    "management.endpoint.health.group.readiness.include", "readinessState,led",
                    "spring.http.codecs.max-in-memory-size", "4MB",
                    "logging.level.org.apache.ratis", "WARN");

    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(CoordinatorApplication.class);
        application.setBannerMode(Banner.Mode.OFF);
        application.setDefaultProperties(DEFAULTS);
        application.run(args);
    }
}
