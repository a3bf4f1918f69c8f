package io.tidemark.coordinator;

import io.tidemark.metadata.config.ConfigDefinitions;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The coordinator's settings.
 *
 * @param id name of this coordinator among its peers
 * @param raftDir folder of the Raft log and its snapshots; {@code coordinator} in {@code
 *     tidemark.data-dir} where empty
 * @param peers all coordinators, this one included; empty for one alone, which opens no port for
 *     Raft
 * @param clusterId id that a new cluster gets; a random one where empty
 * @param heartbeatInterval how often partition services give a sign of life
 * @param sessionTimeout silence after which a partition service is fenced and its partitions are
 *     led by others; at least three heartbeats. Time in which this coordinator was not scheduled
 *     itself does not count
 * @param sessionTimeoutMax the same for a partition service whose heartbeats have come late, and
 *     yet have come, within the last minute, as on a machine that is short of CPU: three times its
 *     longest gap, up to this; as session-timeout for no difference
 * @param commandTimeout time for a command; beyond it its outcome counts as unknown
 * @param electionTimeout silence of the leading coordinator after which another one stands for
 *     election
 * @param leaderRebalanceInterval how often leadership is given back to the preferred leaders by
 *     itself, where nodes lead too few of what they are preferred for; 0 for never
 * @param leaderImbalancePercentage share of a node's preferred partitions that others may lead
 *     before that happens
 * @param drainSlotTimeout how long a node that drains in its turn, and does not come back, keeps
 *     others from draining
 * @param defaults dynamic configuration of all nodes that a new cluster gets, under Kafka's names,
 *     such as {@code default.replication.factor}; later it is changed as any configuration is
 * @param snapshotThreshold log entries after which a snapshot is taken and the log before it
 *     removed
 * @param snapshotsKept snapshots kept on disk
 */
@Validated
@ConfigurationProperties("tidemark.coordinator")
public record CoordinatorProperties(
        @DefaultValue("1") @NotBlank String id,
        @Nullable Path raftDir,
        @DefaultValue List<@Valid Peer> peers,
        @Nullable String clusterId,
        @DefaultValue("250ms") @NotNull Duration heartbeatInterval,
        @DefaultValue("1500ms") @NotNull Duration sessionTimeout,
        @DefaultValue("6s") @NotNull Duration sessionTimeoutMax,
        @DefaultValue("10s") @NotNull Duration commandTimeout,
        @DefaultValue("500ms") @NotNull Duration electionTimeout,
        @DefaultValue("300s") @NotNull Duration leaderRebalanceInterval,
        @DefaultValue("10") @Min(0) @Max(100) int leaderImbalancePercentage,
        @DefaultValue("10m") @NotNull Duration drainSlotTimeout,
        @DefaultValue Map<String, String> defaults,
        @DefaultValue("10000") @Min(100) long snapshotThreshold,
        @DefaultValue("2") @Min(1) @Max(100) int snapshotsKept) {

    public CoordinatorProperties {
        if (heartbeatInterval.toMillis() < 10) {
            throw new IllegalArgumentException(
                    "tidemark.coordinator.heartbeat-interval is "
                            + heartbeatInterval
                            + ": must be at least 10ms");
        }
        ConfigDefinitions.ofNodes()
                .problemWith(defaults)
                .ifPresent(
                        problem -> {
                            throw new IllegalArgumentException(
                                    "tidemark.coordinator.defaults: " + problem);
                        });
        if (sessionTimeout.compareTo(heartbeatInterval.multipliedBy(3)) < 0) {
            throw new IllegalArgumentException(
                    "tidemark.coordinator.session-timeout is "
                            + sessionTimeout
                            + ": must be at least three heartbeat intervals");
        }
    }

    /**
     * A coordinator, as the others and the services reach it.
     *
     * @param id its {@code tidemark.coordinator.id}
     * @param host address for Raft
     * @param port port for Raft
     * @param url base URL of its internal HTTP interface
     */
    public record Peer(
            @NotBlank String id,
            @NotBlank String host,
            @Min(1) @Max(65535) int port,
            @NotNull URI url) {}

    Optional<String> configuredClusterId() {
        return Optional.ofNullable(clusterId).filter(text -> !text.isBlank());
    }
}
