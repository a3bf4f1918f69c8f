package io.tidemark.partition;

import io.tidemark.partition.shell.CoordinatorsConfiguration;
import io.tidemark.partition.shell.DrainRoutes;
import io.tidemark.partition.shell.PartitionServiceConfiguration;
import io.tidemark.partition.shell.ReplicaRoutes;
import io.tidemark.telemetry.process.ProcessDefaults;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** The partition service as a process of its own. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({
    PartitionServiceConfiguration.class,
    CoordinatorsConfiguration.class,
    ReplicaRoutes.class,
    DrainRoutes.class
})
public class PartitionApplication {

    /** Weaker than any configuration: loopback, the documented ports. */
    public static final Map<String, Object> DEFAULTS =
            ProcessDefaults.with(
                    Map.of(
                            "server.port", "8091",
                            "management.endpoint.health.group.readiness.include",
                                    "readinessState,caughtUp"));

    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(PartitionApplication.class);
        application.setBannerMode(Banner.Mode.OFF);
        application.setDefaultProperties(DEFAULTS);
        application.run(args);
    }
}
