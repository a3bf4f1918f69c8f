package io.tidemark.coordinator.group.consumer;

import java.util.List;
import java.util.Optional;

/**
 * What a member says of itself.
 *
 * @param rebalanceTimeoutMs how long it may take to revoke partitions
 * @param topics names, sorted and distinct
 * @param regex of further topics, RE2 syntax, matched against whole names; empty for none
 * @param assignor that it asks for; empty where any will do
 */
record Subscription(
        Optional<String> instanceId,
        Optional<String> rackId,
        String clientId,
        String clientHost,
        int rebalanceTimeoutMs,
        List<String> topics,
        String regex,
        Optional<String> assignor) {

    /** Whether another assignment may follow from the difference. */
    boolean wantsAsMuchAs(Subscription other) {
        return topics.equals(other.topics)
                && regex.equals(other.regex)
                && assignor.equals(other.assignor)
                && rackId.equals(other.rackId);
    }
}
