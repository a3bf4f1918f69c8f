package io.tidemark.coordinator.group;

import io.tidemark.coordinator.group.GroupChange.ClassicGroupState;
import io.tidemark.coordinator.group.GroupChange.ConsumerGroupState;
import io.tidemark.coordinator.group.GroupChange.ConsumerMemberState;
import io.tidemark.coordinator.group.GroupStates.Stored;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What lasts of one group. It changes by {@link #apply} alone, whether a leader decides, another
 * coordinator follows, or a log is read.
 */
final class GroupState {
    private final GroupOffsets offsets = new GroupOffsets();
    private final Map<String, ConsumerMemberState> members = new LinkedHashMap<>();
    private @Nullable ClassicGroupState classic;
    private @Nullable ConsumerGroupState consumer;

    /** As a snapshot has it. */
    static GroupState of(Stored stored) {
        GroupState state = new GroupState();
        state.classic = stored.classic().orElse(null);
        state.consumer = stored.consumer().orElse(null);
        stored.members().forEach(member -> state.members.put(member.memberId(), member));
        stored.offsets().forEach(state.offsets::put);
        return state;
    }

    Stored toStored(String id) {
        return new Stored(
                id,
                Optional.ofNullable(classic),
                Optional.ofNullable(consumer),
                new ArrayList<>(members.values()),
                offsets.all());
    }

    /** One change of this group, but for its end. */
    void apply(GroupChange change) {
        switch (change) {
            case GroupChange.OffsetsCommitted c -> c.offsets().forEach(offsets::put);
            case GroupChange.OffsetsRemoved c -> offsets.removeAll(c.partitions());
            case GroupChange.ClassicStored c -> {
                forgetMembership();
                classic = c.state();
            }
            case GroupChange.ConsumerStored c -> {
                classic = null;
                consumer = c.state();
            }
            case GroupChange.ConsumerMemberStored c ->
                    members.put(c.member().memberId(), c.member());
            case GroupChange.ConsumerMemberRemoved c -> members.remove(c.memberId());
            case GroupChange.MembershipRemoved c -> forgetMembership();
            case GroupChange.GroupRemoved c ->
                    throw new IllegalStateException("Group " + c.group() + " is removed whole");
        }
    }

    private void forgetMembership() {
        classic = null;
        consumer = null;
        members.clear();
    }

    GroupOffsets offsets() {
        return offsets;
    }

    /** How many consume at present. */
    int size() {
        return classic == null ? members.size() : classic.members().size();
    }
}
