package io.tidemark.coordinator.group.assignor;

import java.util.Map;

/**
 * Gives every member as many partitions as any other with the same subscription, give or take one,
 * and moves as few as that takes. Where racks are known, a partition that must move goes to a
 * member near one of its replicas, as far as balance allows.
 */
final class UniformAssignor implements Assignor {

    @Override
    public String name() {
        return "uniform";
    }

    @Override
    public Map<String, PartitionSet> assign(Input input) {
        Seats seats = new Seats(input.members(), input.topics());
        seats.keepAssigned();
        if (everybodySubscribesToAll(seats)) {
            new EqualShares(seats).deal();
        } else {
            new LeastLoaded(seats).deal();
        }
        return seats.toAssignment();
    }

    private static boolean everybodySubscribesToAll(Seats seats) {
        for (int topic = 0; topic < seats.topics(); topic++) {
            if (seats.subscribers(topic).length < seats.members()) {
                return false;
            }
        }
        return true;
    }
}
