package io.tidemark.coordinator.group;

import io.tidemark.coordinator.group.GroupChange.ClassicGroupState;
import io.tidemark.coordinator.group.GroupChange.ConsumerGroupState;
import io.tidemark.coordinator.group.GroupChange.ConsumerMemberState;
import io.tidemark.coordinator.group.GroupChange.Offset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/**
 * What lasts of every group. A coordinator has one that applies what is committed: equal on all
 * coordinators at an equal place in the log, and all that a snapshot holds. While it leads it has a
 * second one, a copy to begin with, that applies what is decided (see {@link GroupRuntime}).
 * Methods may be called by any thread.
 */
public final class GroupStates {
    private final Map<String, GroupState> groups = new HashMap<>();

    /**
     * One group, whole: a line of a snapshot.
     *
     * @param members of a KIP-848 group
     */
    public record Stored(
            String id,
            Optional<ClassicGroupState> classic,
            Optional<ConsumerGroupState> consumer,
            List<ConsumerMemberState> members,
            List<Offset> offsets) {}

    /** Applies one entry's or decision's changes, in order. */
    public synchronized void apply(List<GroupChange> changes) {
        for (GroupChange change : changes) {
            if (change instanceof GroupChange.GroupRemoved) {
                groups.remove(change.group());
            } else {
                groups.computeIfAbsent(change.group(), id -> new GroupState()).apply(change);
            }
        }
    }

    /** The same groups, which change apart from these from now on. */
    public GroupStates copy() {
        GroupStates copy = new GroupStates();
        forEach(copy::restore);
        return copy;
    }

    /** Hands out every group, in the order of their names. */
    public synchronized void forEach(Consumer<Stored> action) {
        new TreeMap<>(groups).forEach((id, group) -> action.accept(group.toStored(id)));
    }

    /** One group, whole. */
    public synchronized Optional<Stored> find(String id) {
        return Optional.ofNullable(groups.get(id)).map(group -> group.toStored(id));
    }

    /**
     * The offsets of a group; none where there is no such group. They go on changing: only for
     * whoever applies the changes.
     */
    public synchronized GroupOffsets offsets(String id) {
        GroupState group = groups.get(id);
        return group == null ? new GroupOffsets() : group.offsets();
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
        for (Map.Entry<String, GroupState> entry : groups.entrySet()) {
            GroupState group = entry.getValue();
            left -= group.offsets().size();
            if (left < 0) {
                break;
            }
            found.add(new Commits(entry.getKey(), group.size(), group.offsets().all()));
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
        groups.put(stored.id(), GroupState.of(stored));
    }

    /** Forgets everything. */
    public synchronized void clear() {
        groups.clear();
    }

    public synchronized int size() {
        return groups.size();
    }
}
