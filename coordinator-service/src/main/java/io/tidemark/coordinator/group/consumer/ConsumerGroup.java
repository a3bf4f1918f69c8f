package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.GroupChange;
import io.tidemark.coordinator.group.GroupChange.ConsumerGroupState;
import io.tidemark.coordinator.group.GroupChange.ConsumerMemberState;
import io.tidemark.coordinator.group.assignor.Assignor;
import io.tidemark.coordinator.group.assignor.Assignors;
import io.tidemark.coordinator.group.assignor.PartitionSet;
import io.tidemark.coordinator.group.pattern.Matches;
import io.tidemark.metadata.image.ClusterImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.kafka.common.Uuid;

/**
 * A group's members, their target and what they have. Methods change memory at once and remember
 * what must be logged, which {@link #takeChanges} hands out.
 *
 * <p>The way of a change: {@link #put}, {@link #remove} or {@link #succeed} for any number of
 * members; {@link #settle}, which computes one new target for all of them; {@link #advance} for
 * those that wait for an answer.
 */
final class ConsumerGroup {
    /** The hash of topics of which not all are known: that of no others. */
    private static final long INCOMPLETE = 0;

    private final String id;
    private final SortedMap<String, Member> members = new TreeMap<>();
    private final Map<String, String> instances = new HashMap<>();
    private final Map<String, PartitionSet> target = new HashMap<>();
    private final Owners owners = new Owners();
    private final Set<String> unsettled = new HashSet<>();

    private final SortedSet<String> touched = new TreeSet<>();
    private final SortedSet<String> removed = new TreeSet<>();
    private boolean rebalance;
    private boolean topicsMayDiffer;
    private boolean stateChanged;
    private boolean upgrading;

    private int epoch;
    private String assignor = Assignors.preferred().name();
    private long topicsHash;
    private long sinceMs;

    /** A group of which nothing is known yet. */
    ConsumerGroup(String id, long sinceMs) {
        this.id = id;
        this.sinceMs = sinceMs;
    }

    /** As the log has it. Whether topics have changed meanwhile is looked at when it settles. */
    static ConsumerGroup load(
            String id, ConsumerGroupState state, List<ConsumerMemberState> stored) {
        ConsumerGroup group = new ConsumerGroup(id, state.sinceMs());
        group.epoch = state.groupEpoch();
        group.assignor = state.assignor();
        group.topicsHash = state.topicsHash();
        group.topicsMayDiffer = true;
        state.target().forEach((member, given) -> group.target.put(member, PartitionSet.of(given)));
        stored.forEach(member -> group.store(Member.of(member)));
        return group;
    }

    /** Made of members that have been in a classic group, each with what it has. */
    static ConsumerGroup of(String id, int epoch, Collection<Member> members, long sinceMs) {
        ConsumerGroup group = new ConsumerGroup(id, sinceMs);
        group.epoch = epoch;
        for (Member member : members) {
            group.target.put(member.id(), member.assigned());
            group.put(member);
        }
        group.stateChanged = true;
        group.upgrading = true;
        return group;
    }

    String id() {
        return id;
    }

    /** The group's and, but for changes that have not settled, the target's. */
    int epoch() {
        return epoch;
    }

    String assignor() {
        return assignor;
    }

    long sinceMs() {
        return sinceMs;
    }

    Collection<Member> members() {
        return Collections.unmodifiableCollection(members.values());
    }

    /** The patterns that members subscribe by, each once. */
    SortedSet<String> patterns() {
        SortedSet<String> patterns = new TreeSet<>();
        for (Member member : members.values()) {
            if (!member.subscription().regex().isEmpty()) {
                patterns.add(member.subscription().regex());
            }
        }
        return patterns;
    }

    Optional<Member> member(String memberId) {
        return Optional.ofNullable(members.get(memberId));
    }

    /** The static member of that name. */
    Optional<Member> instance(String instanceId) {
        return Optional.ofNullable(instances.get(instanceId)).flatMap(this::member);
    }

    PartitionSet target(String memberId) {
        return target.getOrDefault(memberId, PartitionSet.none());
    }

    /** Whether the member waits for partitions of which some can be had now. */
    boolean canGain(Member member) {
        return owners.someFree(target(member.id()).minus(member.assigned()));
    }

    /** Whether the member has all of its target, and nothing else, or is away. */
    boolean isSettled(Member member) {
        return !unsettled.contains(member.id());
    }

    /** Whether only members of the classic protocol are left. */
    boolean isClassicAgain() {
        return !upgrading
                && !members.isEmpty()
                && members.values().stream().allMatch(Member::isClassic);
    }

    /** Whether {@link #settle} has something to look at. */
    boolean needsSettling() {
        return rebalance || topicsMayDiffer;
    }

    /** As ListGroups shows it. */
    String state() {
        if (members.isEmpty()) {
            return "Empty";
        }
        if (rebalance) {
            return "Assigning";
        }
        return unsettled.isEmpty() ? "Stable" : "Reconciling";
    }

    boolean isStable() {
        return !needsSettling() && unsettled.isEmpty();
    }

    /** Adds or changes a member. */
    void put(Member member) {
        Member before = members.get(member.id());
        if (member.equals(before)) {
            return;
        }
        if (before == null || !before.subscription().wantsAsMuchAs(member.subscription())) {
            rebalance = true;
        }
        store(member);
        touched.add(member.id());
        upgrading &= member.isClassic();
    }

    private void store(Member member) {
        Member before = members.put(member.id(), member);
        if (before != null) {
            owners.release(before.owned().minus(member.owned()));
            before.subscription().instanceId().ifPresent(instances::remove);
        }
        PartitionSet had = before == null ? PartitionSet.none() : before.owned();
        owners.take(member.id(), member.owned().minus(had));
        member.subscription().instanceId().ifPresent(name -> instances.put(name, member.id()));
        noteProgress(member);
    }

    private void noteProgress(Member member) {
        boolean settled =
                member.isAway()
                        || (member.epoch() == epoch
                                && member.revoking().isEmpty()
                                && member.assigned().equals(target(member.id())));
        if (settled) {
            unsettled.remove(member.id());
        } else {
            unsettled.add(member.id());
        }
    }

    /** The member is gone, what it owned is free. */
    void remove(Member member) {
        forget(member);
        target.remove(member.id());
        rebalance = true;
    }

    private void forget(Member member) {
        members.remove(member.id());
        owners.release(member.owned());
        member.subscription().instanceId().ifPresent(name -> instances.remove(name, member.id()));
        unsettled.remove(member.id());
        touched.remove(member.id());
        removed.add(member.id());
    }

    /** A static member's place goes to its next process, with all that it was assigned. */
    Member succeed(Member before, String newId) {
        Member next = before.succeededBy(newId);
        PartitionSet given = target(before.id());
        forget(before);
        target.remove(before.id());
        target.put(newId, given);
        store(next);
        touched.add(newId);
        stateChanged = true;
        return next;
    }

    /** Topics have come, gone or grown: {@link #settle} looks whether that matters here. */
    void topicsChanged() {
        topicsMayDiffer = true;
    }

    /**
     * Computes a new target where members, subscriptions or topics have changed. While patterns are
     * matched, changes of topics alone wait; what changes with the members is computed with what
     * members with such a pattern have, and again later.
     *
     * @param matching what patterns match
     */
    void settle(ClusterImage image, Function<String, Matches> matching, long wallMs) {
        if (!rebalance && (!topicsMayDiffer || members.isEmpty())) {
            topicsMayDiffer = false;
            return;
        }
        Subscribed subscribed = Subscribed.resolve(members.values(), image, matching, this::target);
        long hash = subscribed.complete() ? subscribed.hash() : INCOMPLETE;
        if (rebalance || (subscribed.complete() && hash != topicsHash)) {
            Assignor chosen = preferredAssignor();
            Map<String, PartitionSet> assigned =
                    chosen.assign(subscribed.toInput(members.values(), this::target));
            target.clear();
            target.putAll(assigned);
            assignor = chosen.name();
            topicsHash = hash;
            epoch++;
            sinceMs = wallMs;
            stateChanged = true;
            members.values().forEach(this::noteProgress);
        }
        rebalance = false;
        topicsMayDiffer = false;
    }

    /** What most members ask for, of equals the first by name. */
    private Assignor preferredAssignor() {
        SortedMap<String, Integer> votes = new TreeMap<>();
        for (Member member : members.values()) {
            member.subscription().assignor().ifPresent(name -> votes.merge(name, 1, Integer::sum));
        }
        String best = "";
        for (Map.Entry<String, Integer> vote : votes.entrySet()) {
            if (vote.getValue() > votes.getOrDefault(best, 0)) {
                best = vote.getKey();
            }
        }
        return Assignors.byName(best).orElse(Assignors.preferred());
    }

    /** Takes the member towards its target; see {@link Reconciler}. Only after {@link #settle}. */
    Member advance(Member member, Optional<PartitionSet> held) {
        Member next = Reconciler.advance(member, epoch, target(member.id()), held, owners);
        put(next);
        return next;
    }

    /** What must be logged since the last call; empty where nothing changed. */
    List<GroupChange> takeChanges() {
        List<GroupChange> changes = new ArrayList<>();
        for (String memberId : removed) {
            if (!members.containsKey(memberId)) {
                changes.add(new GroupChange.ConsumerMemberRemoved(id, memberId));
            }
        }
        if (stateChanged) {
            changes.add(new GroupChange.ConsumerStored(id, toState()));
        }
        for (String memberId : touched) {
            member(memberId)
                    .ifPresent(
                            member ->
                                    changes.add(
                                            new GroupChange.ConsumerMemberStored(
                                                    id, member.toState())));
        }
        removed.clear();
        touched.clear();
        stateChanged = false;
        return changes;
    }

    private ConsumerGroupState toState() {
        Map<String, Map<Uuid, List<Integer>>> given = new LinkedHashMap<>();
        members.keySet().forEach(member -> given.put(member, target(member).toMap()));
        return new ConsumerGroupState(epoch, epoch, assignor, topicsHash, given, sinceMs);
    }
}
