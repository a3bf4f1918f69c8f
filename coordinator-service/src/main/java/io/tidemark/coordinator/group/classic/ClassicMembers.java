package io.tidemark.coordinator.group.classic;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.jspecify.annotations.Nullable;

/**
 * Who is in a group, who leads it, who has joined its next generation, which assignors all know.
 */
final class ClassicMembers {
    private final Map<String, ClassicMember> byId = new LinkedHashMap<>();
    private final Map<String, ClassicMember> byInstance = new HashMap<>();
    private final Map<String, Integer> knownBy = new HashMap<>();
    private String leader = "";
    private int joined;

    /** In the order they came. */
    Collection<ClassicMember> all() {
        return Collections.unmodifiableCollection(byId.values());
    }

    Optional<ClassicMember> find(String memberId) {
        return Optional.ofNullable(byId.get(memberId));
    }

    Optional<ClassicMember> instance(String instanceId) {
        return Optional.ofNullable(byInstance.get(instanceId));
    }

    int size() {
        return byId.size();
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }

    /** Its member id; empty where there are no members. */
    String leader() {
        return leader;
    }

    boolean isLeader(ClassicMember member) {
        return member.id().equals(leader);
    }

    /** The first member leads. */
    void add(ClassicMember member) {
        if (byId.putIfAbsent(member.id(), member) != null) {
            throw new IllegalStateException("Member " + member.id() + " is there already");
        }
        if (member.instanceId() != null) {
            byInstance.put(member.instanceId(), member);
        }
        count(member, 1);
        if (leader.isEmpty()) {
            leader = member.id();
        }
    }

    /** Whoever waits for it must have been answered. */
    void remove(ClassicMember member) {
        if (byId.remove(member.id()) == null || member.joining() != null) {
            throw new IllegalStateException("Member " + member.id() + " is gone, or waits");
        }
        if (member.instanceId() != null) {
            byInstance.remove(member.instanceId());
        }
        count(member, -1);
        if (isLeader(member)) {
            leader = byId.isEmpty() ? "" : byId.keySet().iterator().next();
        }
    }

    /** A static member is back with a new id, and leads where it did. */
    void replace(ClassicMember old, ClassicMember by) {
        boolean led = isLeader(old);
        remove(old);
        add(by);
        if (led) {
            leader = by.id();
        }
    }

    /** Where the member is known; else the first one stays. */
    void lead(String memberId) {
        if (byId.containsKey(memberId)) {
            leader = memberId;
        }
    }

    void accept(ClassicMember member, ClassicMember.Terms terms) {
        count(member, -1);
        member.accept(terms);
        count(member, 1);
    }

    private void count(ClassicMember member, int change) {
        member.terms()
                .protocols()
                .keySet()
                .forEach(
                        protocol ->
                                knownBy.compute(
                                        protocol,
                                        (p, by) -> {
                                            int now = (by == null ? 0 : by) + change;
                                            return now == 0 ? null : Integer.valueOf(now);
                                        }));
    }

    boolean allKnow(String protocol) {
        return knownBy.getOrDefault(protocol, 0) == byId.size();
    }

    /**
     * The protocol that most members prefer among those that all know; of several the one that the
     * earliest member voted for. There is one: nobody is let in who shares none with all others.
     */
    String vote() {
        Map<String, Integer> votes = new LinkedHashMap<>();
        for (ClassicMember member : byId.values()) {
            member.terms().protocols().keySet().stream()
                    .filter(this::allKnow)
                    .findFirst()
                    .ifPresent(protocol -> votes.merge(protocol, 1, Integer::sum));
        }
        return votes.entrySet().stream()
                .reduce((a, b) -> b.getValue() > a.getValue() ? b : a)
                .map(Map.Entry::getKey)
                .orElseThrow(() -> new IllegalStateException("No protocol that all members know"));
    }

    /** The member waits for the next generation. */
    void await(ClassicMember member, @Nullable CompletableFuture<JoinGroupResponseData> answer) {
        joined += (answer == null ? 0 : 1) - (member.joining() == null ? 0 : 1);
        member.setJoining(answer);
    }

    /** How many wait for the next generation. */
    int joined() {
        return joined;
    }

    boolean allJoined() {
        return joined == byId.size();
    }

    /** Lets a member lead that has joined; false where none has. */
    boolean electJoined() {
        ClassicMember now = byId.get(leader);
        if (now != null && now.joining() != null) {
            return true;
        }
        Optional<ClassicMember> next =
                byId.values().stream().filter(member -> member.joining() != null).findFirst();
        next.ifPresent(member -> leader = member.id());
        return next.isPresent();
    }

    int longestRebalanceTimeoutMs() {
        return byId.values().stream()
                .mapToInt(member -> member.terms().rebalanceTimeoutMs())
                .max()
                .orElse(0);
    }
}
