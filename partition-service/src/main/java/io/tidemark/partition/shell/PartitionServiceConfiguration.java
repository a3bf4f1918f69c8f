package io.tidemark.partition.shell;

import io.micrometer.core.instrument.MeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.tidemark.environment.Clock;
import io.tidemark.environment.FileDisk;
import io.tidemark.environment.thread.FatalStop;
import io.tidemark.environment.thread.ThreadWatch;
import io.tidemark.metadata.config.ConfigDefinitions;
import io.tidemark.metadata.config.NodeConfigs;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.image.NodeImage;
import io.tidemark.metadata.security.Authorizer;
import io.tidemark.partition.metrics.PartitionMetrics;
import io.tidemark.partition.node.PartitionNode;
import io.tidemark.partition.node.ServingLimits;
import io.tidemark.partition.placement.NodeConfig;
import io.tidemark.protocol.server.KafkaApis;
import io.tidemark.telemetry.liveness.LivenessConfiguration;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/**
 * A partition service as Spring beans. Wants a {@link ControlPlane}; an {@link Authorizer} and a
 * {@link Clock} where the defaults will not do.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({PartitionServiceProperties.class, PartitionMetricsProperties.class})
@Import(LivenessConfiguration.class)
public class PartitionServiceConfiguration {

    @Bean
    @ConditionalOnMissingBean
    Authorizer authorizer() {
        return Authorizer.allowAll();
    }

    @Bean
    @ConditionalOnMissingBean
    Clock clock(Environment environment) {
        return Clock.system(
                environment.getProperty(
                        "tidemark.testing.clock-offset", Duration.class, Duration.ZERO));
    }

    @Bean
    PartitionMetrics partitionMetrics(MeterRegistry registry) {
        return new PartitionMetrics(registry);
    }

    @Bean
    ListenerMetrics listenerMetrics(MeterRegistry registry) {
        return new ListenerMetrics(registry);
    }

    @Bean
    PartitionTelemetry partitionTelemetry(
            PartitionMetricsProperties properties,
            PartitionNode node,
            ListenerMetrics apis,
            ObjectProvider<PrometheusRegistry> registry) {
        return new PartitionTelemetry(properties, node.runtime(), apis, registry.getIfAvailable());
    }

    /** The node, which {@link PartitionServiceLifecycle} starts and stops. */
    @Bean(destroyMethod = "")
    PartitionNode partitionNode(
            PartitionServiceProperties properties,
            Environment environment,
            ControlPlane controlPlane,
            Authorizer authorizer,
            Clock clock,
            PartitionMetrics metrics,
            ListenerMetrics listenerMetrics,
            ObjectProvider<KafkaApis> groups,
            FatalStop fatal,
            ThreadWatch watch)
            throws IOException {
        int port = properties.port() == 0 ? freePort(properties.host()) : properties.port();
        PartitionNode node =
                new PartitionNode(
                        nodeConfig(properties, environment, port),
                        NodeListeners.bound(properties, port),
                        new ServingLimits(
                                (int) properties.maxFetch().toBytes(),
                                properties.fetchSessionSlots(),
                                properties.autoCreateTopics()),
                        new PartitionNode.Outside(
                                controlPlane,
                                authorizer,
                                FileDisk::new,
                                clock,
                                metrics,
                                listenerMetrics,
                                Optional.ofNullable(groups.getIfAvailable())),
                        fatal);
        RuntimeGauges.register(node.runtime(), metrics);
        metrics.gauge(
                "bytes.in.flight",
                "Bytes of requests held, and of what they were decoded to",
                node::bytesInFlight);
        node.runtime().watchedBy(watch);
        return node;
    }

    @Bean
    PartitionServiceLifecycle partitionServiceLifecycle(PartitionNode node) {
        return new PartitionServiceLifecycle(node);
    }

    @Bean
    PartitionHealthIndicator partitionHealthIndicator(PartitionNode node) {
        return new PartitionHealthIndicator(node.runtime());
    }

    @Bean
    CaughtUpIndicator caughtUpHealthIndicator(PartitionNode node) {
        return new CaughtUpIndicator(node.runtime()::caughtUp);
    }

    /** The port must be known before the node registers, which is before it listens. */
    private static int freePort(String host) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(host))) {
            return socket.getLocalPort();
        }
    }

    private static NodeConfig nodeConfig(
            PartitionServiceProperties properties, Environment environment, int port) {
        List<Path> logDirs =
                properties.logDirs().isEmpty()
                        ? List.of(
                                Path.of(
                                        environment.getProperty("tidemark.data-dir", "./data"),
                                        "log"))
                        : properties.logDirs();
        List<NodeImage.Listener> advertised = NodeListeners.advertised(properties, port);
        return new NodeConfig(
                properties.nodeId(),
                logDirs,
                properties.eventLoopCount(),
                properties.recoveryThreadCount(),
                properties.syncThreads(),
                advertised,
                Optional.ofNullable(properties.rack()),
                properties.retentionCheckInterval(),
                properties.scrubRate().toBytes(),
                properties.drainTimeout(),
                staticConfigs(properties, logDirs, advertised, port));
    }

    private static Map<String, String> staticConfigs(
            PartitionServiceProperties properties,
            List<Path> logDirs,
            List<NodeImage.Listener> advertised,
            int port) {
        Map<String, String> configs = new HashMap<>(properties.defaults());
        ConfigDefinitions.ofNodes()
                .problemWith(configs)
                .ifPresent(
                        problem -> {
                            throw new IllegalArgumentException(
                                    "tidemark.partition.defaults: " + problem);
                        });
        String id = Integer.toString(properties.nodeId());
        configs.put(NodeConfigs.NODE_ID, id);
        configs.put(NodeConfigs.BROKER_ID, id);
        Optional.ofNullable(properties.rack())
                .ifPresent(rack -> configs.put(NodeConfigs.BROKER_RACK, rack));
        configs.put(
                NodeConfigs.AUTO_CREATE_TOPICS_ENABLE,
                Boolean.toString(properties.autoCreateTopics()));
        configs.put(
                NodeConfigs.LOG_DIRS,
                logDirs.stream()
                        .map(path -> path.toAbsolutePath().toString())
                        .collect(Collectors.joining(",")));
        configs.put(
                NodeConfigs.LISTENERS, NodeListeners.text(NodeListeners.bound(properties, port)));
        configs.put(NodeConfigs.ADVERTISED_LISTENERS, NodeListeners.textOfAdvertised(advertised));
        return Map.copyOf(configs);
    }
}
