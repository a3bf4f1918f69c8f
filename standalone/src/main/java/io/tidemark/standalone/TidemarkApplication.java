package io.tidemark.standalone;

import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;

/** Coordinator, partition service and gateway in one process and one Spring context. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableConfigurationProperties(StandaloneProperties.class)
public class TidemarkApplication {

    /** Starts the broker, and returns once it is ready; exits with 1 where it cannot start. */
    public static void main(String[] args) {
        SpringApplication application = new SpringApplication(TidemarkApplication.class);
        application.setBannerMode(Banner.Mode.OFF);
        application.setLogStartupInfo(false);
        application.addInitializers(new Preflight());
        try {
            application.run(args);
        } catch (RuntimeException e) {
            System.exit(1); // what was wrong has been printed by PlainFailureReporter
        }
    }
}
