package io.tidemark.coordinator.group.consumer;

import io.tidemark.coordinator.group.GroupChange.ClassicMemberState;
import io.tidemark.coordinator.group.GroupChange.ConsumerMemberState;
import io.tidemark.coordinator.group.assignor.PartitionSet;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/**
 * A member, and what it has. Immutable.
 *
 * @param epoch of the last assignment it was told; 0 while it joins, {@link #AWAY} for a static
 *     member that will be back
 * @param previousEpoch the one before
 * @param assigned what it may consume
 * @param revoking what it has been told to give up and has not yet
 * @param held since when it has had both
 * @param classic of a member that speaks the classic protocol
 */
record Member(
        String id,
        Subscription subscription,
        int epoch,
        int previousEpoch,
        PartitionSet assigned,
        PartitionSet revoking,
        HeldSince held,
        Optional<ClassicMemberState> classic) {

    /** In a heartbeat: the member joins. */
    static final int JOINING = 0;

    /** In a heartbeat: the member leaves for good. */
    static final int LEAVING = -1;

    /** In a heartbeat, and of a member: it is static and will be back. */
    static final int AWAY = -2;

    /** One that has nothing yet. */
    static Member joining(
            String id, Subscription subscription, Optional<ClassicMemberState> classic) {
        return new Member(
                id,
                subscription,
                JOINING,
                JOINING,
                PartitionSet.none(),
                PartitionSet.none(),
                HeldSince.nothing(),
                classic);
    }

    static Member of(ConsumerMemberState stored) {
        PartitionSet assigned = PartitionSet.of(stored.assigned());
        PartitionSet revoking = PartitionSet.of(stored.revoking());
        return new Member(
                stored.memberId(),
                new Subscription(
                        stored.instanceId(),
                        stored.rackId(),
                        stored.clientId(),
                        stored.clientHost(),
                        stored.rebalanceTimeoutMs(),
                        stored.topics(),
                        stored.regex(),
                        stored.assignor()),
                stored.memberEpoch(),
                stored.previousEpoch(),
                assigned,
                revoking,
                HeldSince.of(stored.heldSince())
                        .having(assigned.plus(revoking), stored.memberEpoch()),
                stored.classic());
    }

    ConsumerMemberState toState() {
        return new ConsumerMemberState(
                id,
                subscription.instanceId(),
                subscription.rackId(),
                subscription.clientId(),
                subscription.clientHost(),
                subscription.rebalanceTimeoutMs(),
                subscription.topics(),
                subscription.regex(),
                subscription.assignor(),
                epoch,
                previousEpoch,
                assigned.toMap(),
                revoking.toMap(),
                held.toMap(),
                classic);
    }

    boolean isClassic() {
        return classic.isPresent();
    }

    boolean isAway() {
        return epoch == AWAY;
    }

    /** All that nobody else may have. */
    PartitionSet owned() {
        return assigned.plus(revoking);
    }

    /** Whether a commit at that epoch may be in order for one of its partitions. */
    boolean mayCommitAt(int commitEpoch) {
        return commitEpoch == epoch || commitEpoch < epoch && held.hadAnyAt(commitEpoch);
    }

    /** Whether a commit at that epoch is in order for the partition. */
    boolean mayCommitAt(int commitEpoch, Uuid topic, int partition) {
        return commitEpoch == epoch
                || commitEpoch < epoch && held.hadAt(commitEpoch, topic, partition);
    }

    Member with(Subscription changed, Optional<ClassicMemberState> changedClassic) {
        return new Member(
                id, changed, epoch, previousEpoch, assigned, revoking, held, changedClassic);
    }

    /** The static member's next process, which has nothing in its hands yet. */
    Member succeededBy(String newId) {
        return new Member(
                newId,
                subscription,
                JOINING,
                JOINING,
                assigned,
                PartitionSet.none(),
                HeldSince.nothing(),
                classic);
    }

    /** A static member that has stopped, and keeps what it was assigned. */
    Member away() {
        return new Member(
                id,
                subscription,
                AWAY,
                AWAY,
                assigned,
                PartitionSet.none(),
                HeldSince.nothing(),
                classic);
    }

    Member revoking(PartitionSet kept, PartitionSet givenUp) {
        return new Member(
                id,
                subscription,
                epoch,
                previousEpoch,
                kept,
                givenUp,
                held.having(kept.plus(givenUp), epoch),
                classic);
    }

    Member at(int newEpoch, PartitionSet nowAssigned) {
        return new Member(
                id,
                subscription,
                newEpoch,
                newEpoch == epoch ? previousEpoch : epoch,
                nowAssigned,
                PartitionSet.none(),
                held.having(nowAssigned, newEpoch),
                classic);
    }
}
