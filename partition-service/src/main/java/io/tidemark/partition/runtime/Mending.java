package io.tidemark.partition.runtime;

import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.partition.replica.Replica;
import java.io.IOException;

/**
 * What a replica does that has lost records: damage was found, or its log is gone. Where other
 * nodes may have them it leads no more, leaves the ISR, and copies them again.
 *
 * <pre>
 *  WHOLE     -> REPORTED   found: barred from leading, asks its leader for nothing
 *  REPORTED  -> KNOWN      the coordinator has taken note
 *  KNOWN     -> KNOWN      nobody else has the records: it leads with what is left
 *  KNOWN     -> REPAIRING  another leads: cut back to what is good
 *  REPAIRING -> REPORTED   in the ISR again too early: its leader believed an offset from before
 *                          the cut, which was under way
 *  REPAIRING -> WHOLE      it has what it once claimed to have; or there is a leader that has
 *                          heard nothing from it but the truth
 * </pre>
 *
 * Until it is whole it does not lead, whatever the image says.
 */
final class Mending {
    private final Partition partition;
    private final Replica replica;
    private final FollowerSide follower;
    private final Surroundings around;
    private State state = State.WHOLE;
    private long claimedEnd;
    private int repairEpoch;

    private enum State {
        WHOLE,
        REPORTED,
        KNOWN,
        REPAIRING
    }

    Mending(Partition partition, Replica replica, FollowerSide follower, Surroundings around) {
        this.partition = partition;
        this.replica = replica;
        this.follower = follower;
        this.around = around;
    }

    /**
     * Looks at what was opened, before anything is done with it; returns as {@link #begin}.
     *
     * @param created whether nothing was found: an in-sync replica had something, unless its
     *     partition is just being created
     */
    boolean opened(PartitionImage decided, boolean created) {
        boolean inSync = decided.isr().contains(around.nodeId());
        if (created && inSync && decided.partitionEpoch() > 0) {
            return begin(decided, "its log was not found");
        }
        return !partition.log().corruption().isEmpty()
                && begin(decided, "damage was found when it was opened");
    }

    /** Records are lost; returns whether that is news, and others may have them. */
    boolean begin(PartitionImage decided, String reason) {
        boolean others = decided.replicas().size() > 1;
        boolean news = state == State.WHOLE || (state == State.KNOWN && !replica.leading());
        if (!others || !(news || state == State.REPAIRING)) {
            return false;
        }
        report(reason);
        return true;
    }

    private void report(String reason) {
        state = State.REPORTED;
        replica.bar(true);
        around.reports().lost(partition, reason);
    }

    /** The coordinator has taken note; {@link #decided} follows. */
    void known(PartitionImage decided) {
        if (state == State.REPORTED) {
            state = State.KNOWN;
            replica.bar(decided.leader() != around.nodeId());
        }
    }

    /** The coordinator has decided something about this partition. */
    void decided(PartitionImage decided) throws IOException {
        boolean inSync = decided.isr().contains(around.nodeId());
        switch (state) {
            case WHOLE, REPORTED -> {}
            case KNOWN -> {
                if (replica.following()) {
                    repairOrLeave(inSync);
                }
            }
            case REPAIRING -> {
                if (replica.ownEnd() >= claimedEnd) {
                    whole();
                } else if (inSync) {
                    report("it is in the ISR before it is repaired");
                } else if (decided.leaderEpoch() > repairEpoch) {
                    whole();
                }
            }
        }
    }

    private void repairOrLeave(boolean inSync) throws IOException {
        if (inSync) {
            report("it is in the ISR before it is repaired");
            return;
        }
        state = State.REPAIRING;
        replica.bar(true);
        repairEpoch = replica.leaderEpoch();
        claimedEnd = Math.max(claimedEnd, follower.repair());
        progressed();
    }

    /** More of the log is safe. */
    void progressed() {
        if (state == State.REPAIRING && replica.ownEnd() >= claimedEnd) {
            whole();
        }
    }

    private void whole() {
        state = State.WHOLE;
        claimedEnd = 0;
        replica.bar(false);
    }

    /** Whether it may ask for records, and so tell what it has. */
    boolean mayFetch() {
        return state != State.REPORTED;
    }
}
