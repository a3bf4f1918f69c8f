package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.assignor.PartitionSet;
import java.util.Optional;

/**
 * Takes a member one step towards its target:
 *
 * <pre>
 * has what is not in the target    → is told to revoke it, its epoch stays
 * is revoking, still has some      → waits for it
 * has nothing else                 → gets the target's epoch, and of the target what it has and
 *                                    what nobody owns; the rest follows as others free it
 * </pre>
 */
final class Reconciler {
    private Reconciler() {}

    /**
     * @param held what the member says it holds; empty where it says nothing
     * @return the member as it goes on; equal where nothing changes
     */
    static Member advance(
            Member member,
            int targetEpoch,
            PartitionSet target,
            Optional<PartitionSet> held,
            Owners owners) {
        PartitionSet revoking = member.revoking();
        if (!revoking.isEmpty() && mayHold(held, revoking)) {
            return member;
        }
        PartitionSet surplus = member.assigned().minus(target);
        PartitionSet kept = member.assigned().minus(surplus);
        if (!surplus.isEmpty() && mayHold(held, surplus)) {
            return member.revoking(kept, surplus);
        }
        return member.at(targetEpoch, kept.plus(owners.free(target.minus(kept))));
    }

    private static boolean mayHold(Optional<PartitionSet> held, PartitionSet partitions) {
        return held.isEmpty() || held.get().intersects(partitions);
    }
}
