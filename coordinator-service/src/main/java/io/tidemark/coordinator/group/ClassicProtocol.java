package io.tidemark.coordinator.group;

import io.tidemark.coordinator.group.GroupChange.ClassicGroupState;

/** Makes memberships of the classic protocol. For the groups' thread. */
public interface ClassicProtocol {

    /** A group without members, of which nothing is logged yet. */
    Membership create(GroupHost host);

    /**
     * A group as the log has it, for a coordinator that has begun to lead. Every member gets a
     * whole session's time to show itself.
     */
    Membership load(GroupHost host, ClassicGroupState state);

    /**
     * As {@link #load}, out of a KIP-848 group: a rebalance begins at once. The state is logged.
     */
    Membership convert(GroupHost host, ClassicGroupState state);
}
