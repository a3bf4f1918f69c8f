package io.tidemark.coordinator;

import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.coordinator.quorum.QuorumSettings;
import io.tidemark.coordinator.quorum.RatisQuorum;
import io.tidemark.coordinator.runtime.Coordinator;
import io.tidemark.coordinator.runtime.CoordinatorSettings;
import io.tidemark.coordinator.runtime.SystemEntropy;
import io.tidemark.coordinator.session.NodeSessions;
import io.tidemark.environment.Clock;
import java.nio.file.Path;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * A coordinator in this application, as its {@link io.tidemark.metadata.control.ControlPlane}.
 * Imported by {@link CoordinatorApplication} and by standalone.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CoordinatorProperties.class)
public class CoordinatorServiceConfiguration {

    @Bean(destroyMethod = "close")
    Coordinator coordinator(
            CoordinatorProperties properties,
            Environment environment,
            ObjectProvider<MeterRegistry> registry) {
        return new Coordinator(
                new RatisQuorum(quorum(properties, environment)),
                settings(properties),
                Clock.system(),
                new SystemEntropy(),
                new CommandMeter(registry::getIfAvailable));
    }

    @Bean
    CoordinatorLifecycle coordinatorLifecycle(Coordinator coordinator) {
        return new CoordinatorLifecycle(coordinator);
    }

    @Bean
    CoordinatorMetrics coordinatorMetrics(Coordinator coordinator) {
        return new CoordinatorMetrics(coordinator);
    }

    @Bean
    CoordinatorHealth coordinatorHealthIndicator(Coordinator coordinator) {
        return new CoordinatorHealth(coordinator);
    }

    private static CoordinatorSettings settings(CoordinatorProperties properties) {
        return new CoordinatorSettings(
                new NodeSessions.Timing(
                        Math.toIntExact(properties.heartbeatInterval().toMillis()),
                        Math.toIntExact(properties.sessionTimeout().toMillis())),
                properties.configuredClusterId(),
                properties.commandTimeout().toMillis(),
                new CoordinatorSettings.Rebalance(
                        properties.leaderRebalanceInterval().toMillis(),
                        properties.leaderImbalancePercentage() / 100.0));
    }

    private static QuorumSettings quorum(
            CoordinatorProperties properties, Environment environment) {
        Path raftDir = properties.raftDir();
        Path directory =
                raftDir != null
                        ? raftDir
                        : Path.of(
                                environment.getProperty("tidemark.data-dir", "data"),
                                "coordinator");
        List<QuorumSettings.Peer> peers =
                properties.peers().isEmpty()
                        ? List.of(new QuorumSettings.Peer(properties.id(), "127.0.0.1", 0))
                        : properties.peers().stream()
                                .map(
                                        peer ->
                                                new QuorumSettings.Peer(
                                                        peer.id(), peer.host(), peer.port()))
                                .toList();
        return new QuorumSettings(
                directory,
                properties.id(),
                peers,
                properties.electionTimeout(),
                properties.snapshotThreshold(),
                properties.snapshotsKept());
    }
}
