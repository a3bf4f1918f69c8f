package io.tidemark.coordinator;

import io.tidemark.telemetry.process.ProcessDefaults;
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
            ProcessDefaults.with(
                    Map.of(
                            "server.port", "8090",
                            "management.endpoint.health.group.readiness.include",
                                    "readinessState,led",
                            "spring.http.codecs.max-in-memory-size", "4MB",
                            "logging.level.org.apache.ratis", "WARN"));

    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(CoordinatorApplication.class);
        application.setBannerMode(Banner.Mode.OFF);
        application.setDefaultProperties(DEFAULTS);
        application.run(args);
    }
}
