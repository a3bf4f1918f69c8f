package io.tidemark.gateway.stream;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * The settings of event streams (SSE and NDJSON).
 *
 * @param maxStreams open at once; beyond it 429 with Retry-After
 * @param heartbeat a stream without an event for this long gets a heartbeat with the cursor
 * @param retry what SSE clients are told to wait before they reconnect; each is told up to half of
 *     it more, so that they do not all come at once
 * @param pendingSize bytes written to one stream and not yet taken by its socket, one frame more at
 *     most; beyond it its reads of the log stop
 * @param frameSize record bytes that are sent in one piece
 * @param tailSize newest bytes that are kept of each followed topic for all of its followers
 * @param tailsSize the same over all topics: with many of them each keeps less
 * @param readSize bytes of one read of a stream that is behind
 * @param concurrentReads of streams that are behind; further ones wait their turn
 * @param backlogSize bytes read for streams that are behind and held until their sockets take them,
 *     over all streams
 * @param stallTimeout a stream whose socket takes nothing for this long is disconnected; its client
 *     can resume
 * @param damageTimeout a stream that stands at damaged records, or whose leader's disk has failed,
 *     waits this long for them to be mended; then it is told and ends. Where nobody can mend them
 *     it ends at once
 * @param pollWait how long a leader holds a read of the tail while there is nothing new
 */
@Validated
@ConfigurationProperties("tidemark.stream")
public record StreamProperties(
        @DefaultValue("5000") @Min(1) int maxStreams,
        @DefaultValue("15s") @NotNull Duration heartbeat,
        @DefaultValue("2s") @NotNull Duration retry,
        @DefaultValue("128KB") @NotNull DataSize pendingSize,
        @DefaultValue("32KB") @NotNull DataSize frameSize,
        @DefaultValue("2MB") @NotNull DataSize tailSize,
        @DefaultValue("64MB") @NotNull DataSize tailsSize,
        @DefaultValue("256KB") @NotNull DataSize readSize,
        @DefaultValue("16") @Min(1) @Max(1024) int concurrentReads,
        @DefaultValue("32MB") @NotNull DataSize backlogSize,
        @DefaultValue("60s") @NotNull Duration stallTimeout,
        @DefaultValue("30s") @NotNull Duration damageTimeout,
        @DefaultValue("1s") @NotNull Duration pollWait) {}
