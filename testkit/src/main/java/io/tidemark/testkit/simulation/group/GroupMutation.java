package io.tidemark.testkit.simulation.group;

import io.tidemark.coordinator.group.GroupChange;
import java.util.List;

/** A bug that is put in where the groups meet the log, to prove that the checks find it. */
enum GroupMutation {
    NONE,
    /** Answers leave before what they tell is durable. */
    ANSWERED_BEFORE_LOGGED,
    /** Commits are kept in memory only. */
    COMMITS_NOT_LOGGED,
    /** What classic members were given is not logged. */
    ASSIGNMENTS_NOT_LOGGED,
    /** Members of KIP-848 groups are not logged. */
    MEMBERS_NOT_LOGGED,

    /** What the log refuses as too large is kept in memory. */
    REFUSED_BUT_APPLIED,

    /** Coordinators that do not lead keep members that are gone. */
    FOLLOWED_OTHERWISE;

    /** What a coordinator applies of an entry. */
    List<GroupChange> applied(List<GroupChange> entry, boolean leads) {
        return this == FOLLOWED_OTHERWISE && !leads
                ? entry.stream()
                        .filter(change -> !(change instanceof GroupChange.ConsumerMemberRemoved))
                        .toList()
                : entry;
    }

    List<GroupChange> logged(List<GroupChange> changes) {
        return changes.stream().filter(change -> !lost(change)).toList();
    }

    private boolean lost(GroupChange change) {
        return switch (this) {
            case NONE, ANSWERED_BEFORE_LOGGED, REFUSED_BUT_APPLIED, FOLLOWED_OTHERWISE -> false;
            case COMMITS_NOT_LOGGED -> change instanceof GroupChange.OffsetsCommitted;
            case ASSIGNMENTS_NOT_LOGGED -> change instanceof GroupChange.ClassicStored;
            case MEMBERS_NOT_LOGGED -> change instanceof GroupChange.ConsumerMemberStored;
        };
    }
}
