package io.tidemark.coordinator.group;

import io.tidemark.coordinator.group.GroupChange.ClassicGroupState;
import io.tidemark.coordinator.group.GroupChange.ConsumerGroupState;
import io.tidemark.coordinator.group.GroupChange.ConsumerMemberState;
import io.tidemark.coordinator.group.GroupChange.Offset;
import io.tidemark.coordinator.group.GroupChange.TopicPartition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Every group as the log has it: equal on all coordinators at an equal place in the log. A leader
 * starts its groups from here; others only keep it. Methods may be called by any thread.
 */
public final class StoredGroups {
    private final Map<String, Group> groups = new HashMap<>();

    private static final class Group {
        private final Map<TopicPartition, Offset> offsets = new LinkedHashMap<>();
        private final Map<String, ConsumerMemberState> members = new LinkedHashMap<>();
        private @Nullable ClassicGroupState classic;
        private @Nullable ConsumerGroupState consumer;
    }

    /**
     * One group, whole.
     *
     * @param members of a KIP-848 group
     */
    public record Stored(
            String id,
            Optional<ClassicGroupState> classic,
            Optional<ConsumerGroupState> consumer,
            List<ConsumerMemberState> members,
            List<Offset> offsets) {}

    /** Applies one entry's changes, in order. */
    public synchronized void apply(List<GroupChange> changes) {
        changes.forEach(this::apply);
    }

    private void apply(GroupChange change) {
        if (change instanceof GroupChange.GroupRemoved) {
            groups.remove(change.group());
            return;
        }
        Group group = groups.computeIfAbsent(change.group(), id -> new Group());
        switch (change) {
            case GroupChange.OffsetsCommitted c ->
                    c.offsets()
                            .forEach(
                                    o ->
                                            group.offsets.put(
                                                    new TopicPartition(o.topic(), o.partition()),
                                                    o));
            case GroupChange.OffsetsRemoved c -> c.partitions().forEach(group.offsets::remove);
            case GroupChange.ClassicStored c -> {
                forgetMembership(group);
                group.classic = c.state();
            }
            case GroupChange.ConsumerStored c -> {
                group.classic = null;
                group.consumer = c.state();
            }
            case GroupChange.ConsumerMemberStored c ->
                    group.members.put(c.member().memberId(), c.member());
            case GroupChange.ConsumerMemberRemoved c -> group.members.remove(c.memberId());
            case GroupChange.MembershipRemoved c -> forgetMembership(group);
            case GroupChange.GroupRemoved c -> throw new IllegalStateException("removed before");
        }
    }

    private static void forgetMembership(Group group) {
        group.classic = null;
        group.consumer = null;
        group.members.clear();
    }

    /** Hands out every group, in the order of their names. */
    public synchronized void forEach(Consumer<Stored> action) {
        new TreeMap<>(groups)
                .forEach(
                        (id, group) ->
                                action.accept(
                                        new Stored(
                                                id,
                                                Optional.ofNullable(group.classic),
                                                Optional.ofNullable(group.consumer),
                                                new ArrayList<>(group.members.values()),
                                                new ArrayList<>(group.offsets.values()))));
    }

    /**
     * A group's commits.
     *
     * @param members who consume at present
     */
    public record Commits(String group, int members, List<Offset> offsets) {}

    /**
     * What groups have committed, in no particular order, up to a number of offsets: groups beyond
     * it are left out.
     */
    public synchronized List<Commits> commits(int maxOffsets) {
        List<Commits> found = new ArrayList<>();
        int left = maxOffsets;
        for (Map.Entry<String, Group> entry : groups.entrySet()) {
            Group group = entry.getValue();
            left -= group.offsets.size();
            if (left < 0) {
                break;
            }
            int members =
                    group.classic == null ? group.members.size() : group.classic.members().size();
            found.add(new Commits(entry.getKey(), members, List.copyOf(group.offsets.values())));
        }
        return found;
    }

    /**
     * A hash over all content, equal on all coordinators at an equal place in the log. Takes time
     * in proportion to what is stored.
     */
    public long stateHash() {
        CRC32C low = new CRC32C();
        CRC32 high = new CRC32();
        forEach(
                group -> {
                    byte[] json = GroupJson.encode(group);
                    low.update(json);
                    high.update(json);
                });
        return high.getValue() << 32 | low.getValue();
    }

    /** Adds a group out of a snapshot. */
    public synchronized void restore(Stored stored) {
        Group group = new Group();
        group.classic = stored.classic().orElse(null);
        group.consumer = stored.consumer().orElse(null);
        stored.members().forEach(member -> group.members.put(member.memberId(), member));
        stored.offsets()
                .forEach(o -> group.offsets.put(new TopicPartition(o.topic(), o.partition()), o));
        groups.put(stored.id(), group);
    }

    /** Forgets everything. */
    public synchronized void clear() {
        groups.clear();
    }

    public synchronized int size() {
        return groups.size();
    }
}
