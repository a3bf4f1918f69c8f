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
            Map.ofEntries(
                    Map.entry("server.address", "127.0.0.1"),
                    Map.entry("server.port", "8090"),
                    Map.entry("management.server.address", "127.0.0.1"),
                    Map.entry("management.server.port", "9404"),
                    Map.entry("management.endpoints.web.exposure.include", "health,prometheus"),
                    Map.entry("management.endpoint.health.show-details", "always"),
                    Map.entry("management.endpoint.health.probes.enabled", "true"),
                    Map.entry(
                            "management.endpoint.health.group.liveness.include",
                            "livenessState,threads"),
                    Map.entry(
                            "management.endpoint.health.group.readiness.include",
                            "readinessState,led"),
                    Map.entry("spring.http.codecs.max-in-memory-size", "4MB"),
                    Map.entry("logging.level.org.apache.ratis", "WARN"));

    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(CoordinatorApplication.class);
        application.setBannerMode(Banner.Mode.OFF);
        application.setDefaultProperties(DEFAULTS);
        application.run(args);
    }
}
