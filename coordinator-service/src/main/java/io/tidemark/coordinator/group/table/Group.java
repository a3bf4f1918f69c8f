package io.tidemark.coordinator.group.table;

import io.tidemark.coordinator.group.ClassicProtocol;
import io.tidemark.coordinator.group.ConsumerProtocol;
import io.tidemark.coordinator.group.Decision;
import io.tidemark.coordinator.group.GroupChange;
import io.tidemark.coordinator.group.GroupChange.ClassicGroupState;
import io.tidemark.coordinator.group.GroupChange.ClassicStored;
import io.tidemark.coordinator.group.GroupChange.MembershipRemoved;
import io.tidemark.coordinator.group.GroupHost;
import io.tidemark.coordinator.group.GroupOffsets;
import io.tidemark.coordinator.group.GroupRuntime;
import io.tidemark.coordinator.group.GroupStates.Stored;
import io.tidemark.coordinator.group.GroupWorld;
import io.tidemark.coordinator.group.Membership;
import io.tidemark.protocol.ErrorCode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A group: its offsets, and who is in it. */
final class Group implements GroupHost {
    private static final String CLASSIC = "classic";
    private static final String EMPTY = "Empty";

    private final String id;
    private final GroupWorld world;
    private final ClassicProtocol classic;
    private final ConsumerProtocol consumer;
    private @Nullable Membership membership;

    Group(String id, GroupWorld world, ClassicProtocol classic, ConsumerProtocol consumer) {
        this.id = id;
        this.world = world;
        this.classic = classic;
        this.consumer = consumer;
    }

    /** Begins the membership that the state has, if any. */
    void load(Stored stored) {
        if (stored.consumer().isPresent()) {
            begin(consumer.load(this, stored.consumer().get(), stored.members()));
        } else {
            stored.classic().ifPresent(state -> begin(classic.load(this, state)));
        }
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public GroupWorld world() {
        return world;
    }

    GroupOffsets offsets() {
        return world.runtime().decided().offsets(id);
    }

    /** Empty for a group of nothing but offsets. */
    Optional<Membership> membership() {
        return Optional.ofNullable(membership);
    }

    /** Puts a membership where none is. */
    Membership begin(Membership first) {
        membership = first;
        return first;
    }

    /** Logs the end of the membership, and ends it: another one is put in its place. */
    void endMembership(ErrorCode told) {
        if (membership != null) {
            decide(List.of(new MembershipRemoved(id)));
        }
        closeMembership(told);
    }

    /**
     * Ends the membership: another one takes over its members, and is logged in its place. Until
     * that is durable the log has the old one, so that members are in the one or in the other.
     */
    void closeMembership(ErrorCode told) {
        if (membership != null) {
            membership.close(told);
            membership = null;
        }
    }

    @Override
    public void becomeClassic(ClassicGroupState state) {
        Membership before = membership;
        decide(List.of(new MembershipRemoved(id), new ClassicStored(id, state)));
        if (before == membership) {
            closeMembership(ErrorCode.REBALANCE_IN_PROGRESS);
            membership = classic.convert(this, state);
        }
    }

    private void decide(List<GroupChange> changes) {
        var unused =
                world.runtime()
                        .decide(Decision.of(changes))
                        .thenAccept(
                                error -> {
                                    if (GroupRuntime.isRefusal(error)) {
                                        fallBack();
                                    }
                                });
    }

    @Override
    public void fallBack() {
        closeMembership(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        world.runtime().decided().find(id).ifPresent(this::load);
    }

    void close(ErrorCode told) {
        if (membership != null) {
            membership.close(told);
        }
    }

    boolean hasMembers() {
        return membership != null && !membership.isEmpty();
    }

    String type() {
        return membership == null ? CLASSIC : membership.groupType();
    }

    boolean isClassic() {
        return type().equals(CLASSIC);
    }

    String protocolType() {
        return membership == null ? "" : membership.protocolType();
    }

    String state() {
        return membership == null ? EMPTY : membership.state();
    }
}
