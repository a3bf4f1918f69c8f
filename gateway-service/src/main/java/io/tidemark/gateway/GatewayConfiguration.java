package io.tidemark.gateway;

import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationPredicate;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.tidemark.environment.Clock;
import io.tidemark.environment.thread.OwnedThreads;
import io.tidemark.environment.thread.ThreadWatch;
import io.tidemark.gateway.admin.AdminRoutes;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.api.RouteTable;
import io.tidemark.gateway.console.ConsoleRoutes;
import io.tidemark.gateway.consume.LogReader;
import io.tidemark.gateway.consume.OffsetLookup;
import io.tidemark.gateway.consume.PartitionRecords;
import io.tidemark.gateway.edge.Compression;
import io.tidemark.gateway.edge.Connections;
import io.tidemark.gateway.edge.EdgeConfiguration;
import io.tidemark.gateway.edge.Gate;
import io.tidemark.gateway.edge.Http2;
import io.tidemark.gateway.error.WebFluxErrors;
import io.tidemark.gateway.group.GroupConfiguration;
import io.tidemark.gateway.group.GroupLink;
import io.tidemark.gateway.group.consumer.ConsumerConfiguration;
import io.tidemark.gateway.limit.InFlightBudget;
import io.tidemark.gateway.limit.RateLimitProperties;
import io.tidemark.gateway.limit.RateLimits;
import io.tidemark.gateway.limit.ReadBudget;
import io.tidemark.gateway.limit.RedisSettlement;
import io.tidemark.gateway.limit.Settling;
import io.tidemark.gateway.openapi.OpenApiRoutes;
import io.tidemark.gateway.pattern.PatternThread;
import io.tidemark.gateway.produce.MissingTopics;
import io.tidemark.gateway.produce.ProduceRoutes;
import io.tidemark.gateway.produce.batch.Producer;
import io.tidemark.gateway.produce.batch.TopicLimits;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.routing.Leaders;
import io.tidemark.gateway.routing.NodeBreakers;
import io.tidemark.gateway.routing.PartitionClient;
import io.tidemark.gateway.routing.Patience;
import io.tidemark.gateway.runtime.ClusterHealth;
import io.tidemark.gateway.runtime.DirectRoutes;
import io.tidemark.gateway.runtime.FunctionalRoutes;
import io.tidemark.gateway.runtime.GatewayLoops;
import io.tidemark.gateway.runtime.MetricsFilter;
import io.tidemark.gateway.runtime.ProbeRoutes;
import io.tidemark.gateway.runtime.ProduceMetrics;
import io.tidemark.gateway.runtime.RateLimitFilter;
import io.tidemark.gateway.runtime.RequestMetrics;
import io.tidemark.gateway.runtime.ThreadLocalEntropy;
import io.tidemark.gateway.runtime.WebServer;
import io.tidemark.gateway.security.Access;
import io.tidemark.gateway.shared.SharedConfiguration;
import io.tidemark.gateway.shared.idempotency.IdempotencyProperties;
import io.tidemark.gateway.shared.idempotency.IdempotentRequests;
import io.tidemark.gateway.shared.redis.RedisLink;
import io.tidemark.gateway.stream.StreamConfiguration;
import io.tidemark.gateway.stream.group.GroupStreamConfiguration;
import io.tidemark.gateway.trace.Traces;
import io.tidemark.gateway.trace.TracingConfiguration;
import io.tidemark.gateway.ui.UiConfiguration;
import io.tidemark.metadata.control.ControlPlane;
import io.tidemark.metadata.security.Authorizer;
import io.tidemark.protocol.client.ClientConfig;
import io.tidemark.protocol.client.KafkaClient;
import io.tidemark.telemetry.liveness.LivenessConfiguration;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.reactive.function.server.RouterFunction;
import org.springframework.web.reactive.function.server.ServerResponse;

/**
 * The gateway's parts. Needs a {@link ControlPlane} bean from whoever imports it; takes an {@link
 * Authorizer} where there is one.
 */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({GatewayProperties.class, RateLimitProperties.class})
@Import({
    LivenessConfiguration.class,
    SharedConfiguration.class,
    EdgeConfiguration.class,
    TracingConfiguration.class,
    StreamConfiguration.class,
    GroupConfiguration.class,
    GroupStreamConfiguration.class,
    ConsumerConfiguration.class,
    UiConfiguration.class
})
public class GatewayConfiguration {

    @Bean
    PatternThread patternThread(OwnedThreads threads, ThreadWatch watch) {
        return PatternThread.start(threads, watch);
    }

    @Bean
    GatewayLoops gatewayLoops(GatewayProperties properties, ThreadWatch watch) {
        int count = properties.loops();
        GatewayLoops loops =
                new GatewayLoops(count > 0 ? count : Runtime.getRuntime().availableProcessors());
        loops.watchedBy(watch);
        return loops;
    }

    @Bean
    Access access(ObjectProvider<Authorizer> authorizer) {
        return new Access(authorizer.getIfAvailable(Authorizer::allowAll));
    }

    @Bean
    ClusterView clusterView(
            ControlPlane controlPlane, GatewayLoops loops, GatewayProperties properties) {
        return new ClusterView(controlPlane, loops.timers(), properties.listener());
    }

    @Bean
    Leaders leaders(ClusterView view) {
        return new Leaders(view);
    }

    @Bean
    KafkaClient gatewayKafkaClient(GatewayLoops loops) {
        return new KafkaClient(
                loops.group(),
                new ClientConfig("tidemark-gateway", Duration.ofSeconds(5), 128 << 20));
    }

    @Bean
    NodeBreakers nodeBreakers(MeterRegistry registry) {
        NodeBreakers breakers = new NodeBreakers();
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(breakers.registry()).bindTo(registry);
        return breakers;
    }

    @Bean
    PartitionClient partitionClient(
            ClusterView view,
            Leaders leaders,
            KafkaClient client,
            NodeBreakers breakers,
            GatewayLoops loops,
            GatewayProperties properties) {
        return new PartitionClient(
                view,
                leaders,
                client,
                breakers,
                Clock.system(),
                loops.timers(),
                properties.leaderTimeout());
    }

    @Bean
    InFlightBudget inFlightBudget(GatewayProperties properties) {
        return new InFlightBudget(properties.inFlightBytes().toBytes());
    }

    @Bean
    ReadBudget readBudget(GatewayProperties properties, MeterRegistry registry) {
        ReadBudget budget =
                ReadBudget.ofHeap(
                        properties.maxDecompressedSize().toBytes(),
                        Runtime.getRuntime().maxMemory());
        Gauge.builder("tidemark.gateway.read.large.bytes", budget, ReadBudget::usedBytes)
                .description("Bytes held of records over 1 MB that HTTP readers are given")
                .baseUnit("bytes")
                .register(registry);
        return budget;
    }

    @Bean
    Producer producer(
            ClusterView view,
            Leaders leaders,
            PartitionClient client,
            GatewayLoops loops,
            GatewayProperties properties,
            InFlightBudget budget,
            MeterRegistry registry) {
        Producer producer =
                new Producer(
                        loops.loops(),
                        view,
                        leaders,
                        client,
                        Clock.system(),
                        ThreadLocalEntropy.INSTANCE,
                        new TopicLimits(view, (int) properties.maxBatchSize().toBytes()),
                        new ProduceMetrics(registry, budget),
                        budget::halfUsed);
        Gauge.builder("tidemark.gateway.produce.pending", producer, Producer::pendingRecords)
                .description("Records taken and not yet acknowledged or refused")
                .register(registry);
        return producer;
    }

    @Bean
    ProduceRoutes produceRoutes(
            ClusterView view,
            Producer producer,
            PartitionClient client,
            Access access,
            InFlightBudget budget,
            GatewayProperties properties,
            IdempotentRequests once,
            IdempotencyProperties idempotency,
            Traces traces) {
        return new ProduceRoutes(
                view,
                producer,
                access,
                new MissingTopics(view, client, access),
                new ProduceRoutes.Limits(
                        budget,
                        (int) properties.maxBodySize().toBytes(),
                        (int) properties.maxRecordSize().toBytes(),
                        (int) properties.connectionInFlightBytes().toBytes(),
                        patience(properties)),
                once,
                idempotency.maxRecords(),
                traces);
    }

    private static Patience patience(GatewayProperties properties) {
        return new Patience(properties.requestTimeout(), properties.leaderTimeout());
    }

    @Bean
    AdminRoutes adminRoutes(
            ClusterView view,
            PartitionClient client,
            ControlPlane controlPlane,
            Access access,
            GroupLink link,
            OffsetLookup lookup,
            GatewayProperties properties) {
        return new AdminRoutes(
                view,
                client,
                controlPlane,
                access,
                link,
                lookup,
                properties.requestTimeout(),
                properties.metadataTimeout());
    }

    @Bean
    ConsoleRoutes consoleRoutes(
            ClusterView view,
            Access access,
            ControlPlane controlPlane,
            OffsetLookup lookup,
            PartitionClient client) {
        return new ConsoleRoutes(view, access, controlPlane, lookup, client, Clock.system());
    }

    @Bean
    ProbeRoutes probeRoutes(
            ClusterView view,
            ObjectProvider<HealthEndpoint> health,
            ObjectProvider<PrometheusMeterRegistry> metrics) {
        return new ProbeRoutes(view, health, metrics);
    }

    @Bean
    PartitionRecords partitionRecords(
            ClusterView view,
            Access access,
            LogReader reader,
            OffsetLookup offsets,
            ReadBudget budget,
            GatewayProperties properties) {
        return new PartitionRecords(view, access, reader, offsets, budget, patience(properties));
    }

    @Bean
    OpenApiRoutes openApiRoutes(ObjectProvider<RouteTable> table) {
        String version = GatewayConfiguration.class.getPackage().getImplementationVersion();
        return new OpenApiRoutes(table::getObject, version == null ? "development" : version);
    }

    @Bean
    RouteTable routeTable(ObjectProvider<RouteGroup> groups) {
        return new RouteTable(groups.orderedStream().toList());
    }

    @Bean
    RequestMetrics requestMetrics(MeterRegistry registry) {
        return new RequestMetrics(registry);
    }

    @Bean
    WebServer webServer(
            GatewayProperties properties,
            GatewayLoops loops,
            RouteTable table,
            RequestMetrics metrics,
            Gate gate,
            Compression compression,
            Connections connections,
            Http2 http2,
            RateLimits limits,
            RateLimitFilter filter) {
        return new WebServer(
                loops,
                new DirectRoutes(table, metrics, gate, filter, Clock.system()),
                compression,
                connections,
                http2,
                limits,
                (int) properties.maxHeaderSize().toBytes(),
                properties.idleTimeout());
    }

    @Bean
    RouterFunction<ServerResponse> gatewayRoutes(RouteTable table) {
        return FunctionalRoutes.of(table);
    }

    @Bean
    MetricsFilter metricsFilter(RequestMetrics metrics) {
        return new MetricsFilter(metrics, Clock.system());
    }

    /**
     * Spring's own count of requests is switched off: it knows nothing of what is served before
     * WebFlux, and stops at fewer paths than there are routes. {@link RequestMetrics} has all.
     */
    @Bean
    ObservationPredicate withoutSpringsRequests() {
        return (name, observed) -> !name.equals("http.server.requests");
    }

    @Bean
    RateLimits rateLimits(RateLimitProperties properties, MeterRegistry registry) {
        RateLimits limits = new RateLimits(properties, Clock.system());
        FunctionCounter.builder(
                        "tidemark.gateway.limits.refused", limits, RateLimits::refusedRequests)
                .description("Requests answered by 429 for their rate")
                .register(registry);
        Gauge.builder("tidemark.gateway.limits.accounts", limits, RateLimits::openAccounts)
                .description("Addresses and principals whose use is counted")
                .register(registry);
        return limits;
    }

    @Bean
    Settling settling(
            RateLimits limits,
            RateLimitProperties properties,
            GatewayLoops loops,
            ObjectProvider<RedisLink> redis,
            MeterRegistry registry) {
        RedisLink link = redis.getIfAvailable();
        Settling settling =
                new Settling(
                        limits,
                        link == null ? null : new RedisSettlement(link),
                        loops.timers(),
                        properties.settleInterval().toMillis());
        FunctionCounter.builder("tidemark.gateway.limits.fallbacks", settling, Settling::failures)
                .description("Settlements that failed: this gateway's limits held alone")
                .register(registry);
        return settling;
    }

    @Bean
    RateLimitFilter rateLimitFilter(RateLimits limits) {
        return new RateLimitFilter(limits);
    }

    @Bean
    ClusterHealth clusterHealthIndicator(ClusterView view) {
        return new ClusterHealth(view);
    }

    @Bean
    WebFluxErrors webFluxErrors() {
        return new WebFluxErrors();
    }
}
