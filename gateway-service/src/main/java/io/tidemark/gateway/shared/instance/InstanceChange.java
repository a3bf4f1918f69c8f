package io.tidemark.gateway.shared.instance;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to change about an instance; the rest stays. Immutable.
 *
 * @param subscription null leaves it
 * @param member null leaves it
 * @param positions null leaves them; else these are set and, where {@code replacing}, others
 *     forgotten
 * @param replacing whether partitions that {@code positions} does not name are forgotten
 * @param used whether this is a use, which puts off the expiry; a heartbeat for it is none
 */
public record InstanceChange(
        @Nullable String subscription,
        @Nullable Member member,
        @Nullable Map<TopicPartition, Long> positions,
        boolean replacing,
        boolean used) {

    /** Its place in the group. */
    public record Member(String id, int epoch) {}

    public InstanceChange {
        positions = positions == null ? null : Map.copyOf(positions);
    }

    /** A use that changes nothing else. */
    public static InstanceChange use() {
        return new InstanceChange(null, null, null, false, true);
    }

    /** No use, and nothing to change yet. */
    public static InstanceChange none() {
        return new InstanceChange(null, null, null, false, false);
    }

    public InstanceChange subscription(String json) {
        return new InstanceChange(json, member, positions, replacing, used);
    }

    public InstanceChange member(String memberId, int epoch) {
        return new InstanceChange(
                subscription, new Member(memberId, epoch), positions, replacing, used);
    }

    /** Sets these positions and leaves others. */
    public InstanceChange positions(Map<TopicPartition, Long> next) {
        return new InstanceChange(subscription, member, next, false, used);
    }

    /** Sets these positions and forgets all others. */
    public InstanceChange onlyPositions(Map<TopicPartition, Long> all) {
        return new InstanceChange(subscription, member, all, true, used);
    }
}
