package io.tidemark.gateway;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The gateway's settings. Where it listens is Spring Boot's {@code server.address} and {@code
 * server.port}; how long it drains when it stops, {@code
 * spring.lifecycle.timeout-per-shutdown-phase}.
 *
 * @param loops event loops; 0 takes one per processor
 * @param listener name of the partition services' listener that the gateway connects to
 * @param requestTimeout time for a request to be carried out, retries included; then 503
 * @param leaderTimeout how long a request waits for a partition that has no leader, where it names
 *     no `timeout` of its own; then 503
 * @param metadataTimeout time to see the outcome of one's own administrative change
 * @param idleTimeout HTTP connections without a request for this long are closed
 * @param inFlightBytes bytes of records held over all connections; beyond it 429
 * @param connectionInFlightBytes bytes of records held for one connection; beyond it it is read no
 *     further
 * @param maxBodySize longest request body that is not a stream
 * @param maxRecordSize longest record of a stream or a raw body, key, value and headers together
 * @param maxHeaderSize longest HTTP header section, and request line
 * @param maxBatchSize longest record batch sent to a partition service
 * @param maxDecompressedSize what one record batch may decompress to for HTTP readers; one that
 *     takes more is told as unreadable and passed over. 0B takes a 64th of the heap, from 1MB to
 *     64MB. All records over 1MB that are being read together take up to 8 times as much
 */
@Validated
@ConfigurationProperties("tidemark.gateway")
public record GatewayProperties(
        @DefaultValue("0") @Min(0) @Max(1024) int loops,
        @DefaultValue("PLAINTEXT") @NotBlank String listener,
        @DefaultValue("30s") @NotNull Duration requestTimeout,
        @DefaultValue("10s") @NotNull Duration leaderTimeout,
        @DefaultValue("10s") @NotNull Duration metadataTimeout,
        @DefaultValue("10m") @NotNull Duration idleTimeout,
        @DefaultValue("64MB") @NotNull DataSize inFlightBytes,
        @DefaultValue("8MB") @NotNull DataSize connectionInFlightBytes,
        @DefaultValue("16MB") @NotNull DataSize maxBodySize,
        @DefaultValue("1MB") @NotNull DataSize maxRecordSize,
        @DefaultValue("16KB") @NotNull DataSize maxHeaderSize,
        @DefaultValue("900KB") @NotNull DataSize maxBatchSize,
        @DefaultValue("0B") @NotNull DataSize maxDecompressedSize) {}
