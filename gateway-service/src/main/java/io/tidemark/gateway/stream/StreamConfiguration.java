package io.tidemark.gateway.stream;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.environment.Clock;
import io.tidemark.gateway.consume.LogReader;
import io.tidemark.gateway.consume.OffsetLookup;
import io.tidemark.gateway.limit.ReadBudget;
import io.tidemark.gateway.pattern.PatternThread;
import io.tidemark.gateway.routing.ClusterView;
import io.tidemark.gateway.routing.Leaders;
import io.tidemark.gateway.routing.PartitionClient;
import io.tidemark.gateway.runtime.GatewayLoops;
import io.tidemark.gateway.runtime.ThreadLocalEntropy;
import io.tidemark.gateway.runtime.WhileServing;
import io.tidemark.gateway.security.Access;
import java.util.function.ToDoubleFunction;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The parts of event streams. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StreamProperties.class)
public class StreamConfiguration {

    @Bean
    LogReader logReader(PartitionClient client, Leaders leaders, ReadBudget budget) {
        return new LogReader(client, leaders, budget);
    }

    @Bean
    OffsetLookup offsetLookup(PartitionClient client) {
        return new OffsetLookup(client);
    }

    @Bean
    StreamMetrics streamMetrics(MeterRegistry registry) {
        StreamMetrics metrics = new StreamMetrics();
        gauge(registry, metrics, "open", "Streams that are open", StreamMetrics::open);
        gauge(
                registry,
                metrics,
                "backlog.bytes",
                "Bytes read for streams that are behind and not yet taken by their sockets",
                StreamMetrics::backlogBytes);
        count(registry, metrics, "events", "Events written to streams", StreamMetrics::events);
        count(registry, metrics, "bytes", "Bytes of events written", StreamMetrics::bytes);
        count(
                registry,
                metrics,
                "reads.tail",
                "Reads of the log for all followers of a topic together",
                StreamMetrics::tailReads);
        count(
                registry,
                metrics,
                "reads.behind",
                "Reads of the log for single streams that are behind",
                StreamMetrics::catchUpReads);
        count(
                registry,
                metrics,
                "laggards",
                "Times that a stream fell behind the tail",
                StreamMetrics::fellBehindCount);
        count(
                registry,
                metrics,
                "stalled",
                "Streams disconnected because their sockets took nothing",
                StreamMetrics::stalledCount);
        count(registry, metrics, "resets", "Reset events sent", StreamMetrics::resets);
        return metrics;
    }

    private static void gauge(
            MeterRegistry registry,
            StreamMetrics metrics,
            String name,
            String description,
            ToDoubleFunction<StreamMetrics> value) {
        Gauge.builder("tidemark.stream." + name, metrics, value)
                .description(description)
                .register(registry);
    }

    private static void count(
            MeterRegistry registry,
            StreamMetrics metrics,
            String name,
            String description,
            ToDoubleFunction<StreamMetrics> value) {
        FunctionCounter.builder("tidemark.stream." + name, metrics, value)
                .description(description)
                .register(registry);
    }

    @Bean
    Streams streams(
            ClusterView view,
            Leaders leaders,
            PartitionClient client,
            LogReader reader,
            ReadBudget budget,
            OffsetLookup offsets,
            GatewayLoops loops,
            StreamProperties properties,
            StreamMetrics metrics,
            ObjectProvider<DeliveryObserver> observer) {
        LogSource.Parts parts =
                new LogSource.Parts(
                        view,
                        leaders,
                        reader,
                        budget,
                        offsets,
                        new ReadGate(properties.concurrentReads()),
                        metrics,
                        observer.getIfAvailable(() -> DeliveryObserver.NONE),
                        (int) properties.pollWait().toMillis(),
                        (int) properties.readSize().toBytes(),
                        client.leaderTimeout().toMillis());
        Streams streams =
                new Streams(
                        loops.loops(),
                        parts,
                        properties,
                        Clock.system(),
                        ThreadLocalEntropy.INSTANCE);
        view.onChange(streams::onImage);
        leaders.onChange(streams);
        return streams;
    }

    @Bean
    StreamAdmission streamAdmission(
            Streams streams, StreamProperties properties, StreamMetrics metrics) {
        return new StreamAdmission(streams, properties, metrics);
    }

    @Bean
    StreamBounds streamBounds(OffsetLookup offsets) {
        return new StreamBounds(offsets);
    }

    @Bean
    TopicsRoutes topicsRoutes(
            ClusterView view,
            Access access,
            StreamBounds bounds,
            Streams streams,
            StreamProperties properties,
            StreamAdmission admission,
            PatternThread patterns) {
        TopicsRoutes routes =
                new TopicsRoutes(view, access, bounds, streams, properties, admission, patterns);
        view.onChange(routes);
        return routes;
    }

    @Bean
    StreamRoutes streamRoutes(
            ClusterView view,
            Access access,
            StreamBounds bounds,
            Streams streams,
            StreamProperties properties,
            StreamAdmission admission) {
        return new StreamRoutes(view, access, bounds, streams, properties, admission);
    }

    @Bean
    WhileServing streamDrain(Streams streams, TopicsRoutes topics) {
        return WhileServing.endedBy(
                () -> {
                    streams.drain();
                    topics.drain();
                });
    }
}
