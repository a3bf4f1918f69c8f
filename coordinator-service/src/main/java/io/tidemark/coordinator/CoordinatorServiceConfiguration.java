package io.tidemark.coordinator;

import io.micrometer.core.instrument.MeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tidemark.coordinator.group.classic.ClassicMemberships;
import io.tidemark.coordinator.group.consumer.ConsumerGroups;
import io.tidemark.coordinator.kafka.GroupHandlers;
import io.tidemark.coordinator.quorum.QuorumSettings;
import io.tidemark.coordinator.quorum.RatisQuorum;
import io.tidemark.coordinator.runtime.Coordinator;
import io.tidemark.coordinator.runtime.CoordinatorSettings;
import io.tidemark.coordinator.runtime.GroupParts;
import io.tidemark.coordinator.runtime.SystemEntropy;
import io.tidemark.coordinator.session.NodeSessions;
import io.tidemark.environment.Clock;
import io.tidemark.environment.thread.OwnedThreads;
import io.tidemark.environment.thread.ThreadWatch;
import io.tidemark.metadata.security.Authorizer;
import io.tidemark.protocol.server.KafkaApis;
import io.tidemark.telemetry.liveness.LivenessConfiguration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/**
 * A coordinator in this application, as its {@link io.tidemark.metadata.control.ControlPlane}.
 * Imported by {@link CoordinatorApplication} and by standalone.
 */
@Configuration(proxyBeanMethods = false)
@Import(LivenessConfiguration.class)
@EnableConfigurationProperties({
    CoordinatorProperties.class,
    GroupProperties.class,
    CoordinatorMetricsProperties.class
})
public class CoordinatorServiceConfiguration {

    @Bean
    CommandMeter commandMeter(ObjectProvider<MeterRegistry> registry) {
        return new CommandMeter(registry::getIfAvailable);
    }

    @Bean(destroyMethod = "close")
    Coordinator coordinator(
            CoordinatorProperties properties,
            GroupProperties groups,
            Environment environment,
            CommandMeter commands,
            ObjectProvider<MeterRegistry> registry,
            OwnedThreads threads,
            ThreadWatch watch) {
        Coordinator coordinator =
                new Coordinator(
                        new RatisQuorum(quorum(properties, environment)),
                        settings(properties),
                        clock(environment),
                        new SystemEntropy(),
                        commands,
                        new GroupParts(
                                new ClassicMemberships(),
                                new ConsumerGroups(groups.settings()),
                                groups.settings(),
                                new GroupMeter(registry::getIfAvailable)),
                        threads);
        coordinator.watchedBy(watch);
        return coordinator;
    }

    @Bean
    KafkaApis groupApis(Coordinator coordinator, ObjectProvider<Authorizer> authorizer) {
        return () -> GroupHandlers.of(coordinator, authorizer.getIfAvailable(Authorizer::allowAll));
    }

    @Bean
    CoordinatorLifecycle coordinatorLifecycle(Coordinator coordinator) {
        return new CoordinatorLifecycle(coordinator);
    }

    @Bean
    CoordinatorMetrics coordinatorMetrics(Coordinator coordinator, Environment environment) {
        return new CoordinatorMetrics(coordinator, clock(environment));
    }

    @Bean
    CoordinatorTelemetry coordinatorTelemetry(
            CoordinatorMetricsProperties properties,
            Coordinator coordinator,
            CommandMeter commands,
            Environment environment,
            ObjectProvider<PrometheusRegistry> registry) {
        return new CoordinatorTelemetry(
                properties,
                coordinator,
                commands::uncleanElections,
                clock(environment),
                registry.getIfAvailable());
    }

    @Bean
    CoordinatorHealth coordinatorHealthIndicator(Coordinator coordinator, Environment environment) {
        return new CoordinatorHealth(coordinator, clock(environment));
    }

    @Bean
    LedIndicator ledHealthIndicator(Coordinator coordinator) {
        return new LedIndicator(coordinator);
    }

    private static Clock clock(Environment environment) {
        return Clock.system(
                environment.getProperty(
                        "tidemark.testing.clock-offset", Duration.class, Duration.ZERO));
    }

    private static CoordinatorSettings settings(CoordinatorProperties properties) {
        return new CoordinatorSettings(
                properties.id(),
                new NodeSessions.Timing(
                        Math.toIntExact(properties.heartbeatInterval().toMillis()),
                        Math.toIntExact(properties.sessionTimeout().toMillis()),
                        Math.toIntExact(properties.sessionTimeoutMax().toMillis())),
                properties.configuredClusterId(),
                properties.commandTimeout().toMillis(),
                new CoordinatorSettings.Rebalance(
                        properties.leaderRebalanceInterval().toMillis(),
                        properties.leaderImbalancePercentage() / 100.0),
                properties.drainSlotTimeout().toMillis(),
                properties.defaults());
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
