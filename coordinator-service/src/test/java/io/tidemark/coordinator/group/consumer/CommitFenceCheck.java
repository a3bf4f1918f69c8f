package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.Caller;
import io.tidemark.coordinator.group.Membership;
import io.tidemark.protocol.ErrorCode;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.Member;

/**
 * No commit is accepted at an earlier epoch for a partition that anybody else has had since the
 * sender left that epoch.
 */
final class CommitFenceCheck {
    private static final Caller V9 = new Caller("c", "/h", (short) 9);
    private static final int EPOCHS_BACK = 4;

    private final Map<String, NavigableMap<Integer, Integer>> lastSeenAt = new HashMap<>();
    private final Map<Partition, Map<String, Integer>> lastOwned = new HashMap<>();
    private int now;
    private int accepted;

    private record Partition(Uuid topic, int index) {}

    /** Commits at earlier epochs that were accepted so far. */
    int accepted() {
        return accepted;
    }

    void check(Membership membership, DescribedGroup described) {
        now++;
        for (Member member : described.members()) {
            lastSeenAt
                    .computeIfAbsent(member.memberId(), id -> new TreeMap<>())
                    .put(member.memberEpoch(), now);
            for (var topic : member.assignment().topicPartitions()) {
                for (int index : topic.partitions()) {
                    lastOwned
                            .computeIfAbsent(
                                    new Partition(topic.topicId(), index), p -> new HashMap<>())
                            .put(member.memberId(), now);
                }
            }
        }
        for (Member member : described.members()) {
            lastSeenAt
                    .getOrDefault(member.memberId(), new TreeMap<>())
                    .headMap(member.memberEpoch(), false)
                    .descendingMap()
                    .entrySet()
                    .stream()
                    .limit(EPOCHS_BACK)
                    .forEach(left -> check(membership, member, left.getKey(), left.getValue()));
        }
    }

    private void check(Membership membership, Member member, int epoch, int left) {
        String id = member.memberId();
        if (membership.checkCommit(V9, id, "", epoch) != ErrorCode.NONE) {
            return;
        }
        lastOwned.forEach(
                (partition, owners) -> {
                    if (membership.checkCommitTo(id, epoch, partition.topic, partition.index)
                            == ErrorCode.NONE) {
                        accepted++;
                        owners.forEach(
                                (owner, at) -> {
                                    if (!owner.equals(id) && at > left) {
                                        throw new AssertionError(
                                                "%s may commit for %s at epoch %d, left at %d; %s had it at %d"
                                                        .formatted(
                                                                id, partition, epoch, left, owner,
                                                                at));
                                    }
                                });
                    }
                });
    }
}
