package io.tidemark.gateway.edge;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.tidemark.environment.web.BrowserRules;
import io.tidemark.protocol.transport.ConnectionShares;
import io.tidemark.protocol.transport.ListenAddress;
import io.tidemark.protocol.transport.OpenFiles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** The parts of the edge. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(EdgeProperties.class)
public class EdgeConfiguration {

    private static final String SETTINGS = "tidemark.gateway";
    private static final long SHARE_OF_FILES = 4;
    private static final String OLD_ORIGINS = "tidemark.stream.allowed-origins";

    @Bean
    Gate gate(
            EdgeProperties properties,
            Environment environment,
            @Value("${tidemark.gateway.request-timeout:30s}") Duration bodyTimeout) {
        refuseOldName(environment);
        String address = environment.getProperty("server.address", "");
        return new Gate(
                rules(properties, address),
                rules(properties, environment.getProperty("management.server.address", address)),
                bodyTimeout);
    }

    @Bean
    Connections connections(EdgeProperties properties, MeterRegistry registry) {
        OpenFiles files = OpenFiles.ofThisProcess();
        int most =
                properties.maxConnections() > 0
                        ? properties.maxConnections()
                        : (int) Math.clamp(files.limit() / SHARE_OF_FILES, 64, 10_000);
        int ofOne =
                properties.maxConnectionsPerAddress() > 0
                        ? properties.maxConnectionsPerAddress()
                        : Math.max(1, most / 4 * 3);
        Connections connections =
                new Connections(
                        new ConnectionShares(most, ofOne, files), properties.headerTimeout());
        Gauge.builder("tidemark.gateway.connections", connections, Connections::open)
                .description("HTTP connections that are open")
                .register(registry);
        FunctionCounter.builder(
                        "tidemark.gateway.connections.refused", connections, Connections::refused)
                .description("HTTP connections closed at once, because there were too many")
                .register(registry);
        return connections;
    }

    @Bean
    Http2 http2(EdgeProperties properties) {
        return new Http2(properties.maxStreamsPerConnection(), properties.headerTimeout());
    }

    @Bean
    Compression compression(EdgeProperties properties) {
        return new Compression(
                (int) properties.compressFrom().toBytes(), properties.maxCompressedStreams());
    }

    private static void refuseOldName(Environment environment) {
        List<String> old =
                Binder.get(environment)
                        .bind(OLD_ORIGINS, Bindable.listOf(String.class))
                        .orElse(List.of());
        if (!old.isEmpty()) {
            throw new InvalidConfigurationPropertyValueException(
                    OLD_ORIGINS,
                    old,
                    "it is tidemark.gateway.allowed-origins now, and lets pages of these origins"
                            + " write, too.");
        }
    }

    private static BrowserRules rules(EdgeProperties properties, String address) {
        List<String> hosts = new ArrayList<>(properties.allowedHosts());
        boolean loopback = ListenAddress.onLoopback(address);
        if (loopback) {
            hosts.addAll(ListenAddress.names(address));
        }
        try {
            return new BrowserRules(SETTINGS, hosts, properties.allowedOrigins(), loopback);
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            boolean ofHosts = message.startsWith("allowed-hosts");
            throw new InvalidConfigurationPropertyValueException(
                    SETTINGS + (ofHosts ? ".allowed-hosts" : ".allowed-origins"),
                    ofHosts ? hosts : properties.allowedOrigins(),
                    message);
        }
    }
}
