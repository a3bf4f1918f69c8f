package io.tidemark.gateway.group.consumer;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The settings of REST v2 consumers.
 *
 * @param instanceTimeout an instance without a request for this long expires, unless it sets
 *     another `consumer.instance.timeout.ms`
 * @param requestTimeout how long a read waits for records where neither it nor its instance says
 * @param autoCommitInterval how often what was read is committed, for instances that leave it to
 *     the gateway
 * @param revocationGrace how long an instance may take to ask again, which says that it is done
 *     with what it was given last, before partitions go to another member
 * @param maxInstances served by this gateway; beyond it 429
 * @param readSize bytes of keys, values and headers in one answer, where the request does not say
 * @param maxReadSize bytes of keys, values and headers in one answer, at most
 * @param concurrentReads reads of the log at a time; further ones wait their turn
 * @param maxWaitingReads reads that wait for records at a time; beyond it 429
 */
@Validated
@ConfigurationProperties("tidemark.consumer")
public record ConsumerProperties(
        @DefaultValue("5m") @NotNull Duration instanceTimeout,
        @DefaultValue("1s") @NotNull Duration requestTimeout,
        @DefaultValue("5s") @NotNull Duration autoCommitInterval,
        @DefaultValue("3s") @NotNull Duration revocationGrace,
        @DefaultValue("1000") @Min(1) @Max(100_000) int maxInstances,
        @DefaultValue("1MB") @NotNull DataSize readSize,
        @DefaultValue("16MB") @NotNull DataSize maxReadSize,
        @DefaultValue("16") @Min(1) @Max(1024) int concurrentReads,
        @DefaultValue("1024") @Min(1) @Max(100_000) int maxWaitingReads) {}
