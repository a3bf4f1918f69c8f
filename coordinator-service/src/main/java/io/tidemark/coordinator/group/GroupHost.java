package io.tidemark.coordinator.group;

import io.tidemark.coordinator.group.GroupChange.ClassicGroupState;

/** The group that a membership belongs to. For the groups' thread. */
public interface GroupHost {

    /** The group's id. */
    String id();

    GroupWorld world();

    /**
     * The last member of the KIP-848 protocol is gone and members of the classic protocol remain:
     * logs the end of this membership and the state, closes this membership with
     * REBALANCE_IN_PROGRESS and puts a classic one in its place, whose members are asked to join
     * again. What this membership still has to log, it logs before.
     */
    void becomeClassic(ClassicGroupState state);

    /**
     * The log does not take what this membership has decided: closes it, and puts one in its place
     * that goes on from the state, as another coordinator would load it. Those who wait and are not
     * answered yet are to ask again.
     */
    void fallBack();
}
