package io.tidemark.gateway.group.describe;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * A group as its coordinator describes it.
 *
 * @param protocolType what its members are to each other, {@code consumer} for consumers; empty for
 *     a group that only has offsets
 * @param state as Kafka names it: {@code Stable}, {@code Empty}, {@code Reconciling}, …
 * @param epoch of the group, or generation; -1 where the coordinator does not say
 * @param assignor empty where none was agreed on
 */
public record GroupDescription(
        String group,
        Type type,
        String protocolType,
        String state,
        int epoch,
        String assignor,
        List<Member> members) {

    /** Which protocol it speaks. */
    public enum Type {
        CLASSIC,
        CONSUMER
    }

    /**
     * A member.
     *
     * @param instanceId of a static member
     * @param epoch the member's; -1 in a classic group
     * @param subscribed topics that it names; those that a pattern matches are not listed
     * @param partitions that it has, by topic
     */
    public record Member(
            String memberId,
            Optional<String> instanceId,
            String clientId,
            String clientHost,
            int epoch,
            SortedSet<String> subscribed,
            SortedMap<String, SortedSet<Integer>> partitions) {

        public boolean has(String topic, int partition) {
            SortedSet<Integer> ofTopic = partitions.get(topic);
            return ofTopic != null && ofTopic.contains(partition);
        }
    }

    /** Whether it is of clients that only commit offsets. */
    public boolean isSimple() {
        return type == Type.CLASSIC && protocolType.isEmpty();
    }

    /** The member that has a partition. */
    public Optional<Member> owner(String topic, int partition) {
        return members.stream().filter(each -> each.has(topic, partition)).findFirst();
    }

    public Optional<Member> member(String memberId) {
        return members.stream().filter(each -> each.memberId.equals(memberId)).findFirst();
    }

    /** Whether a member reads or subscribes to a topic. */
    public boolean reads(String topic) {
        return members.stream()
                .anyMatch(
                        each ->
                                each.partitions.containsKey(topic)
                                        || each.subscribed.contains(topic));
    }
}
