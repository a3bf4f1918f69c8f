package io.tidemark.coordinator;

import io.tidemark.coordinator.group.GroupSettings;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Limits of consumer groups.
 *
 * @param minSessionTimeout Shortest session that a member of the classic protocol may ask for.
 * @param maxSessionTimeout Longest session that a member of the classic protocol may ask for.
 * @param maxSize Most members of a group.
 * @param initialRebalanceDelay How long an empty group of the classic protocol waits for more
 *     members before its first rebalance.
 * @param heartbeatHold How long the answer to the heartbeat of a member of the classic protocol may
 *     wait for news of its group, so that the member hears of a rebalance at once instead of with
 *     its next heartbeat. Only Kafka's Java clients wait, for a third of their session at most, and
 *     only while nothing comes behind on their connection. 0 for never.
 * @param consumerHeartbeatInterval How often members of KIP-848 groups are told to give a sign of
 *     life where there are many of them.
 * @param consumerMinHeartbeatInterval The same where there are few, so that they hear sooner of
 *     what others do: members of all groups together are asked for 200 heartbeats a second at most,
 *     as far as consumer-heartbeat-interval allows. Where it is longer than that one, that one
 *     counts.
 * @param consumerSessionTimeout Silence after which a member of a KIP-848 group is out.
 * @param offsetsRetention How long committed offsets are kept once their group is empty, or does
 *     not consume their topic any more.
 * @param offsetsRetentionCheckInterval How often offsets are looked for whose time is over.
 * @param offsetMetadataMaxBytes Longest metadata of a committed offset, in bytes.
 * @param maxGroups Most groups that there may be; a further one is refused (POLICY_VIOLATION).
 */
@Validated
@ConfigurationProperties("tidemark.coordinator.groups")
public record GroupProperties(
        @DefaultValue("6s") @NotNull Duration minSessionTimeout,
        @DefaultValue("30m") @NotNull Duration maxSessionTimeout,
        @DefaultValue("2147483647") @Min(1) int maxSize,
        @DefaultValue("100ms") @NotNull Duration initialRebalanceDelay,
        @DefaultValue("3500ms") @NotNull Duration heartbeatHold,
        @DefaultValue("5s") @NotNull Duration consumerHeartbeatInterval,
        @DefaultValue("1s") @NotNull Duration consumerMinHeartbeatInterval,
        @DefaultValue("45s") @NotNull Duration consumerSessionTimeout,
        @DefaultValue("7d") @NotNull Duration offsetsRetention,
        @DefaultValue("10m") @NotNull Duration offsetsRetentionCheckInterval,
        @DefaultValue("4096") @Min(0) @Max(32767) int offsetMetadataMaxBytes,
        @DefaultValue("100000") @Min(1) int maxGroups) {

    public GroupProperties {
        require(
                minSessionTimeout.toMillis() >= 1
                        && minSessionTimeout.compareTo(maxSessionTimeout) <= 0,
                "min-session-timeout must be from 1ms to max-session-timeout");
        require(
                maxSessionTimeout.toMillis() <= Integer.MAX_VALUE,
                "max-session-timeout must be at most 24d");
        require(
                !initialRebalanceDelay.isNegative()
                        && initialRebalanceDelay.toMillis() <= Integer.MAX_VALUE,
                "initial-rebalance-delay must be from 0 to 24d");
        require(
                !heartbeatHold.isNegative() && heartbeatHold.toMillis() <= Integer.MAX_VALUE,
                "heartbeat-hold must be from 0 to 24d");
        require(
                consumerHeartbeatInterval.toMillis() >= 1
                        && consumerHeartbeatInterval.compareTo(consumerSessionTimeout) < 0,
                "consumer-heartbeat-interval must be from 1ms to less than consumer-session-timeout");
        require(
                consumerMinHeartbeatInterval.toMillis() >= 1
                        && consumerMinHeartbeatInterval.toMillis() <= Integer.MAX_VALUE,
                "consumer-min-heartbeat-interval must be from 1ms to 24d");
        require(
                consumerSessionTimeout.toMillis() <= Integer.MAX_VALUE,
                "consumer-session-timeout must be at most 24d");
        require(offsetsRetention.toMillis() >= 1, "offsets-retention must be at least 1ms");
        require(
                offsetsRetentionCheckInterval.toMillis() >= 1,
                "offsets-retention-check-interval must be at least 1ms");
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException("tidemark.coordinator.groups." + rule);
        }
    }

    GroupSettings settings() {
        return new GroupSettings(
                Math.toIntExact(minSessionTimeout.toMillis()),
                Math.toIntExact(maxSessionTimeout.toMillis()),
                maxSize,
                Math.toIntExact(initialRebalanceDelay.toMillis()),
                Math.toIntExact(heartbeatHold.toMillis()),
                Math.toIntExact(consumerHeartbeatInterval.toMillis()),
                Math.toIntExact(consumerMinHeartbeatInterval.toMillis()),
                Math.toIntExact(consumerSessionTimeout.toMillis()),
                offsetsRetention.toMillis(),
                offsetsRetentionCheckInterval.toMillis(),
                offsetMetadataMaxBytes,
                maxGroups);
    }
}
