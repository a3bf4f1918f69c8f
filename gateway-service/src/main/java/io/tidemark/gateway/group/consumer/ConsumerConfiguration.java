package io.tidemark.gateway.group.consumer;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.concurrent.FastThreadLocal;
import io.tidemark.environment.Clock;
import io.tidemark.gateway.api.RouteGroup;
import io.tidemark.gateway.consume.OffsetLookup;
import io.tidemark.gateway.consume.PartitionsReader;
import io.tidemark.gateway.group.GroupMembers;
import io.tidemark.gateway.group.GroupOffsets;
import io.tidemark.gateway.json.TextBuffer;
import io.tidemark.gateway.limit.InFlightBudget;
import io.tidemark.gateway.limit.ReadBudget;
import io.tidemark.gateway.pattern.PatternThread;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.routing.Leaders;
import io.tidemark.gateway.routing.PartitionClient;
import io.tidemark.gateway.runtime.GatewayLoops;
import io.tidemark.gateway.runtime.WhileServing;
import io.tidemark.gateway.security.Access;
import io.tidemark.gateway.shared.instance.GatewayIdentity;
import io.tidemark.gateway.shared.instance.InstanceDirectory;
import io.tidemark.gateway.shared.instance.MemoryInstanceDirectory;
import io.tidemark.gateway.stream.DeliveryObserver;
import io.tidemark.gateway.stream.ReadGate;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The parts of REST v2 consumers. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ConsumerProperties.class)
public class ConsumerConfiguration {

    /** Kept by each loop from one answer to the next. */
    private static final int KEPT_TEXT_BYTES = 8 << 20;

    /** For commits and lookups, retries included. */
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

    @Bean
    PartitionsReader partitionsReader(PartitionClient client, Leaders leaders, ReadBudget budget) {
        return new PartitionsReader(client, leaders, budget);
    }

    @Bean
    RestConsumers restConsumers(
            ClusterView view,
            Leaders leaders,
            GroupMembers members,
            GroupOffsets offsets,
            OffsetLookup lookup,
            PartitionsReader reader,
            InstanceDirectory directory,
            GatewayIdentity identity,
            InFlightBudget budget,
            ReadBudget readBudget,
            GatewayLoops loops,
            ConsumerProperties properties,
            ObjectProvider<DeliveryObserver> deliveries,
            MeterRegistry registry) {
        ConsumerParts parts =
                new ConsumerParts(
                        view,
                        leaders,
                        members,
                        offsets,
                        lookup,
                        reader,
                        directory,
                        identity,
                        budget,
                        readBudget,
                        new ReadGate(properties.concurrentReads()),
                        deliveries.getIfAvailable(() -> DeliveryObserver.NONE),
                        new Lanes(properties.maxWaitingReads()),
                        texts(),
                        properties,
                        REQUEST_TIMEOUT,
                        Clock.system());
        RestConsumers consumers = new RestConsumers(parts, loops.loops());
        Gauge.builder("tidemark.gateway.consumer.instances", consumers, RestConsumers::size)
                .description("Consumer instances that this gateway serves")
                .register(registry);
        return consumers;
    }

    private static FastThreadLocal<TextBuffer> texts() {
        return new FastThreadLocal<>() {
            @Override
            protected TextBuffer initialValue() {
                return new TextBuffer(KEPT_TEXT_BYTES);
            }
        };
    }

    @Bean
    RouteGroup consumerRoutes(RestConsumers consumers, Access access, PatternThread patterns) {
        return new ConsumerRoutes(consumers, access, patterns);
    }

    @Bean
    WhileServing consumerKeeper(RestConsumers consumers, InstanceDirectory directory) {
        boolean shared = !(directory instanceof MemoryInstanceDirectory);
        return new WhileServing(consumers::start, () -> end(consumers.stop(shared)));
    }

    private static void end(CompletionStage<?> left) throws InterruptedException {
        try {
            left.toCompletableFuture()
                    .get(RestConsumers.stopTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            // What was not committed is read again; members that did not leave time out.
        }
    }
}
