package io.tidemark.standalone;

import io.tidemark.coordinator.CoordinatorServiceConfiguration;
import io.tidemark.gateway.GatewayConfiguration;
import io.tidemark.gateway.stream.StreamConfiguration;
import io.tidemark.partition.shell.PartitionServiceConfiguration;
import java.io.IOException;
import java.util.List;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

/** Coordinator, partition service and gateway in one process and one Spring context. */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableConfigurationProperties(StandaloneProperties.class)
@Import({
    CoordinatorServiceConfiguration.class,
    PartitionServiceConfiguration.class,
    GatewayConfiguration.class,
    StreamConfiguration.class,
    ReadyAnnouncement.class
})
public class TidemarkApplication {

    static final List<Listener> LISTENERS =
            List.of(Listener.GATEWAY, Listener.KAFKA, Listener.MANAGEMENT);

    /** Starts the broker, and returns once it is ready; exits with 1 where it cannot start. */
    public static void main(String[] args) throws IOException, InterruptedException {
        SpringApplication application = new SpringApplication(TidemarkApplication.class);
        ConfigurableApplicationContext context = Startup.run(application, LISTENERS, args);
        ReadyAnnouncement announcement = context.getBean(ReadyAnnouncement.class);
        if (context.getBean(StandaloneProperties.class).train()) {
            System.exit(train(announcement) ? SpringApplication.exit(context) : 1);
        }
        SpringApplication.getShutdownHandlers().add(() -> System.out.println("Stopped."));
        announcement.ready();
    }

    private static boolean train(ReadyAnnouncement announcement) throws InterruptedException {
        try {
            new TrainingRun(announcement.addresses()).run();
            return true;
        } catch (IOException | RuntimeException e) {
            System.err.println("The training run failed: " + e);
            return false;
        }
    }
}
