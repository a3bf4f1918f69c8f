package io.tidemark.standalone;

import io.tidemark.partition.node.PartitionNode;
import io.tidemark.standalone.folder.DataFolder;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;

/** Says, on standard output and in the data folder, that the broker is ready, and that it stops. */
final class ReadyAnnouncement {

    private final Environment environment;
    private final DataFolder folder;
    private final PartitionNode node;
    private final boolean training;

    ReadyAnnouncement(
            Environment environment,
            DataFolder folder,
            PartitionNode node,
            StandaloneProperties properties) {
        this.environment = environment;
        this.folder = folder;
        this.node = node;
        this.training = properties.train();
    }

    /** Called when requests are served. */
    void ready() throws IOException {
        Addresses addresses = addresses();
        folder.describe(addresses.byName());
        String version =
                Objects.requireNonNullElse(
                        getClass().getPackage().getImplementationVersion(), "(not packaged)");
        System.out.println(
                ReadyNotice.of(
                        version,
                        addresses,
                        environment.getProperty("tidemark.coordinator.cluster-id", "tidemark"),
                        folder.path(),
                        uptime()));
    }

    /** Since the process was started, the JVM's own start included. */
    private static Duration uptime() {
        Instant now = Instant.now();
        return Duration.between(ProcessHandle.current().info().startInstant().orElse(now), now);
    }

    Addresses addresses() {
        return new Addresses(
                "http://"
                        + host(Listener.GATEWAY)
                        + ":"
                        + environment.getProperty("local.server.port"),
                host(Listener.KAFKA) + ":" + node.address().getPort(),
                "http://"
                        + host(Listener.MANAGEMENT)
                        + ":"
                        + environment.getProperty("local.management.port"));
    }

    private String host(Listener listener) {
        String host = environment.getProperty(listener.hostKey(), "127.0.0.1");
        return host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
    }

    @EventListener
    void stopping(ContextClosedEvent event) {
        if (event.getApplicationContext().getParent() == null && !training) {
            System.out.println("\nStopping: finishing requests and syncing logs ...");
        }
    }
}
