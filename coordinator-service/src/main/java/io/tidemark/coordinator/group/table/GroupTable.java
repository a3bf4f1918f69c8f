package io.tidemark.coordinator.group.table;

import io.tidemark.coordinator.group.ClassicProtocol;
import io.tidemark.coordinator.group.ConsumerProtocol;
import io.tidemark.coordinator.group.GroupWorld;
import io.tidemark.coordinator.group.Membership;
import io.tidemark.protocol.ErrorCode;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The groups by their ids. */
final class GroupTable {
    private final GroupWorld world;
    private final ClassicProtocol classic;
    private final ConsumerProtocol consumer;
    private final Map<String, Group> groups = new LinkedHashMap<>();

    GroupTable(GroupWorld world, ClassicProtocol classic, ConsumerProtocol consumer) {
        this.world = world;
        this.classic = classic;
        this.consumer = consumer;
    }

    GroupWorld world() {
        return world;
    }

    ClassicProtocol classic() {
        return classic;
    }

    ConsumerProtocol consumer() {
        return consumer;
    }

    Optional<Group> find(@Nullable String id) {
        return Optional.ofNullable(groups.get(id));
    }

    Group findOrCreate(String id) {
        return groups.computeIfAbsent(id, name -> new Group(name, world, classic, consumer));
    }

    /** Whether the group is here, or there is room for one more. */
    boolean hasRoomFor(String id) {
        return groups.containsKey(id) || groups.size() < world.settings().maxGroups();
    }

    /** Begins every group that the state has. */
    void load() {
        world.runtime().decided().forEach(stored -> findOrCreate(stored.id()).load(stored));
    }

    void remove(Group group) {
        group.membership().ifPresent(members -> members.close(ErrorCode.UNKNOWN_MEMBER_ID));
        groups.remove(group.id());
    }

    Collection<Group> all() {
        return groups.values();
    }

    /** The ids of all groups, as they are now. */
    List<String> ids() {
        return List.copyOf(groups.keySet());
    }

    List<Membership> memberships() {
        return groups.values().stream().flatMap(group -> group.membership().stream()).toList();
    }

    void clear() {
        groups.clear();
    }
}
