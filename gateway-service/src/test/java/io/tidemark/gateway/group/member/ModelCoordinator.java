package io.tidemark.gateway.group.member;

import io.tidemark.protocol.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.jspecify.annotations.Nullable;

/** KIP-848's coordinator in a few lines: one group, one topic, partitions dealt out in turn. */
final class ModelCoordinator {

    static final int HEARTBEAT_MS = 1_000;
    static final int SESSION_MS = 6_000;

    private final Uuid topicId;
    private final int partitions;
    private final Map<String, Member> members = new TreeMap<>();
    private int groupEpoch;
    int fenced;

    private static final class Member {
        int epoch;
        int previousEpoch = -2;
        long heardMs;
        Set<Integer> given = new TreeSet<>();
        Set<Integer> wantedBack = new TreeSet<>();
    }

    ModelCoordinator(Uuid topicId, int partitions) {
        this.topicId = topicId;
        this.partitions = partitions;
    }

    Set<String> members() {
        return members.keySet();
    }

    int epoch(String memberId) {
        Member member = members.get(memberId);
        return member == null ? -1 : member.epoch;
    }

    /** What a member has, with what it has not given back. */
    Set<Integer> held(String memberId) {
        Set<Integer> held = new TreeSet<>();
        Member member = members.get(memberId);
        if (member != null) {
            held.addAll(member.given);
            held.addAll(member.wantedBack);
        }
        return held;
    }

    void expire(long nowMs) {
        if (members.values().removeIf(each -> nowMs - each.heardMs > SESSION_MS)) {
            groupEpoch++;
        }
    }

    /** Throws a member out, as an operator might. */
    void remove(String memberId) {
        if (members.remove(memberId) != null) {
            groupEpoch++;
        }
    }

    ConsumerGroupHeartbeatResponseData heartbeat(
            ConsumerGroupHeartbeatRequestData request, long nowMs) {
        String id = request.memberId();
        if (request.memberEpoch() == -1) {
            remove(id);
            return new ConsumerGroupHeartbeatResponseData().setMemberId(id).setMemberEpoch(-1);
        }
        Member member = members.get(id);
        List<Integer> owned = owned(request);
        if (request.memberEpoch() == 0) {
            if (owned == null || !owned.isEmpty() || request.subscribedTopicNames() == null) {
                return error(ErrorCode.INVALID_REQUEST);
            }
            if (member == null) {
                groupEpoch++;
                member = new Member();
                members.put(id, member);
            }
            member.epoch = 0;
            member.previousEpoch = -2;
            member.given.clear();
            member.wantedBack.clear();
        } else if (member == null) {
            fenced++;
            return error(ErrorCode.UNKNOWN_MEMBER_ID);
        } else if (request.memberEpoch() != member.epoch
                && !(request.memberEpoch() == member.previousEpoch
                        && owned != null
                        && member.given.containsAll(owned))) {
            fenced++;
            return error(ErrorCode.FENCED_MEMBER_EPOCH);
        }
        member.heardMs = nowMs;
        Set<Integer> before = Set.copyOf(member.given);
        reconcile(id, member, owned);
        boolean full = owned != null && request.subscribedTopicNames() != null;
        ConsumerGroupHeartbeatResponseData answer =
                new ConsumerGroupHeartbeatResponseData()
                        .setMemberId(id)
                        .setMemberEpoch(member.epoch)
                        .setHeartbeatIntervalMs(HEARTBEAT_MS);
        return full || !before.equals(member.given)
                ? answer.setAssignment(assignment(member.given))
                : answer;
    }

    private void reconcile(String id, Member member, @Nullable List<Integer> owned) {
        if (!member.wantedBack.isEmpty() && owned != null) {
            member.wantedBack.retainAll(new HashSet<>(owned));
        }
        if (!member.wantedBack.isEmpty()) {
            return;
        }
        Set<Integer> target = target().getOrDefault(id, Set.of());
        Set<Integer> back = new TreeSet<>(member.given);
        back.removeAll(target);
        if (!back.isEmpty()) {
            member.given.removeAll(back);
            member.wantedBack = back;
            return;
        }
        if (member.epoch != groupEpoch) {
            member.previousEpoch = member.epoch;
            member.epoch = groupEpoch;
        }
        for (int partition : target) {
            if (members.keySet().stream()
                    .noneMatch(each -> !each.equals(id) && held(each).contains(partition))) {
                member.given.add(partition);
            }
        }
    }

    private Map<String, Set<Integer>> target() {
        Map<String, Set<Integer>> target = new LinkedHashMap<>();
        List<String> ids = List.copyOf(members.keySet());
        for (int partition = 0; partition < partitions; partition++) {
            // Another member begins in each epoch, so that partitions move.
            String id = ids.get((partition + groupEpoch) % ids.size());
            target.computeIfAbsent(id, each -> new TreeSet<>()).add(partition);
        }
        return target;
    }

    private @Nullable List<Integer> owned(ConsumerGroupHeartbeatRequestData request) {
        List<ConsumerGroupHeartbeatRequestData.TopicPartitions> topics = request.topicPartitions();
        return topics == null
                ? null
                : topics.stream().flatMap(each -> each.partitions().stream()).toList();
    }

    private ConsumerGroupHeartbeatResponseData.Assignment assignment(Set<Integer> given) {
        return new ConsumerGroupHeartbeatResponseData.Assignment()
                .setTopicPartitions(
                        given.isEmpty()
                                ? List.of()
                                : List.of(
                                        new ConsumerGroupHeartbeatResponseData.TopicPartitions()
                                                .setTopicId(topicId)
                                                .setPartitions(new ArrayList<>(given))));
    }

    private static ConsumerGroupHeartbeatResponseData error(ErrorCode error) {
        return new ConsumerGroupHeartbeatResponseData().setErrorCode(error.number());
    }
}
