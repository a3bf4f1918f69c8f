package io.tidemark.gateway.stream.group;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The settings of groups over SSE and NDJSON.
 *
 * @param commitInterval how often a stream commits at most; it commits where it loses a partition,
 *     too
 * @param settle a record counts as delivered when the socket took it this long ago and everything
 *     with it; a client that goes meanwhile gets it, or another one does, again
 * @param joinTimeout until the group's coordinator has taken a stream in; then 503
 * @param releaseTimeout how long a partition that another stream shall get waits until the socket
 *     has taken what was sent of it
 * @param maxUncommitted records that a stream with {@code commit=manual} may have unacknowledged
 *     where the client does not say
 */
@Validated
@ConfigurationProperties("tidemark.stream.group")
public record GroupStreamProperties(
        @DefaultValue("5s") @NotNull Duration commitInterval,
        @DefaultValue("1s") @NotNull Duration settle,
        @DefaultValue("20s") @NotNull Duration joinTimeout,
        @DefaultValue("2s") @NotNull Duration releaseTimeout,
        @DefaultValue("1000") @Min(1) @Max(10_000) int maxUncommitted) {}
