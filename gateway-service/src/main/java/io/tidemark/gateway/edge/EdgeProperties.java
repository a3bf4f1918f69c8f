package io.tidemark.gateway.edge;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * Who may ask the gateway, how many may at once, and how long they may take to begin.
 *
 * @param allowedHosts names under which browsers reach the gateway, beside IP addresses and {@code
 *     localhost}: {@code broker.example}, {@code *.example} for all below one, {@code *} for all.
 *     Without any, a gateway that listens on loopback serves no other names, and one that others
 *     can reach serves all
 * @param allowedOrigins origins whose pages may read and write, streams included (CORS), as in
 *     {@code https://app.example}; {@code *} for all. The gateway's own pages always may
 * @param maxConnections open at once; beyond it new ones are answered by 503 and closed. 0 for a
 *     quarter of the files that the process may open, 10000 at most: the rest is for Kafka's
 *     clients, logs and the management port, which has 256 of its own
 * @param maxConnectionsPerAddress of one address (of one /64 network with IPv6); 0 for three
 *     quarters of all
 * @param maxStreamsPerConnection requests at once on one connection of HTTP/2; the client is told,
 *     and one more is refused, to be sent again
 * @param headerTimeout for the whole head of a request, from its first byte on; for the first one
 *     of a connection, from its opening
 * @param compressFrom answers of at least this length are packed for clients that take gzip; 0 for
 *     all
 * @param maxCompressedStreams streams that are packed at a time for clients that take gzip, at 256
 *     KB outside the heap each; further ones go as they are. 0 for none
 */
@Validated
@ConfigurationProperties("tidemark.gateway")
public record EdgeProperties(
        @DefaultValue({}) @NotNull List<String> allowedHosts,
        @DefaultValue({}) @NotNull List<String> allowedOrigins,
        @DefaultValue("0") @Min(0) int maxConnections,
        @DefaultValue("0") @Min(0) int maxConnectionsPerAddress,
        @DefaultValue("250") @Min(1) @Max(100_000) int maxStreamsPerConnection,
        @DefaultValue("30s") @NotNull Duration headerTimeout,
        @DefaultValue("2KB") @NotNull DataSize compressFrom,
        @DefaultValue("64") @Min(0) int maxCompressedStreams) {}
