package io.tidemark.partition.serving;

import io.tidemark.metadata.image.PartitionImage;
import io.tidemark.partition.replica.Replica;
import io.tidemark.protocol.ErrorCode;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a replica does that has lost records: damage was found, or its log is gone. Where other
 * nodes may have them it leads no more, leaves the ISR, and gets them from the others.
 *
 * <pre>
 *  WHOLE     -> REPORTED   found: barred from leading, asks its leader for nothing
 *  REPORTED  -> KNOWN      the coordinator has taken note
 *  KNOWN     -> KNOWN      nobody else in sync has the records: it leads with what is left, and
 *                          asks the others for what is damaged
 *  KNOWN     -> MENDING    another leads: what is damaged is put back in its place
 *  MENDING   -> REPAIRING  it has been; or it cannot be, and the log is cut back to what is good
 *  MENDING   -> REPORTED   in the ISR, or to lead, although it is damaged
 *  KNOWN     -> REPAIRING  its log is gone
 *  REPAIRING -> REPORTED   in the ISR again too early: its leader believed an offset from before
 *                          the cut, which was under way
 *  REPAIRING -> WHOLE      it has what it once claimed to have, as far as its leader's log goes
 *                          the same way; or there is a leader that has heard nothing from it but
 *                          the truth
 * </pre>
 *
 * Until it is whole it does not lead, whatever the image says.
 */
final class Mending implements DamageRepair.Listener {
    private static final Logger log = LoggerFactory.getLogger(Mending.class);

    private final PartitionIdentity partition;
    private final StoredLog stored;
    private final Replica replica;
    private final FollowerSide follower;
    private final int nodeId;
    private final DamageRepair repair;
    private State state = State.WHOLE;
    private long claimedEnd;
    private int repairEpoch;
    private List<String> damageTold = List.of();
    private boolean alone;
    private @Nullable String lost;
    private boolean mended;

    private enum State {
        WHOLE,
        REPORTED,
        KNOWN,
        MENDING,
        REPAIRING
    }

    Mending(Parts parts, FollowerSide follower) {
        this.partition = parts.partition();
        this.stored = parts.stored();
        this.replica = parts.replica();
        this.follower = follower;
        this.nodeId = parts.around().nodeId();
        this.repair = new DamageRepair(parts, this);
    }

    /** Why records are lost, where the coordinator has to be told since this was asked last. */
    @Nullable String takeLoss() {
        String reason = lost;
        lost = null;
        return reason;
    }

    /** Whether something was mended since this was asked last. */
    boolean takeMended() {
        boolean was = mended;
        mended = false;
        return was;
    }

    /**
     * Looks at what was opened, before anything is done with it; returns as {@link #begin}.
     *
     * @param created whether nothing was found: an in-sync replica had something, unless its
     *     partition is just being created
     */
    boolean opened(PartitionImage decided, boolean created) {
        boolean inSync = decided.isr().contains(nodeId);
        if (created && inSync && decided.partitionEpoch() > 0) {
            return begin(decided, "its log was not found");
        }
        return !stored.log().corruption().isEmpty()
                && begin(decided, "damage was found when it was opened");
    }

    /** Tells of damage once: every read of it comes by here. */
    void tell() {
        List<String> damage = stored.log().corruption();
        if (!damage.equals(damageTold)) {
            damageTold = damage;
            log.error("Damage in {}: {}", partition, damage);
        }
    }

    /** Records are lost; returns whether that is news, and others may have them. */
    boolean begin(PartitionImage decided, String reason) {
        alone = decided.replicas().size() == 1;
        boolean leadsOn = state == State.KNOWN && replica.leading();
        if (leadsOn && isDamaged()) {
            repair.begin(decided);
        }
        if (alone || leadsOn || state == State.REPORTED || state == State.MENDING) {
            return false;
        }
        report(reason);
        return true;
    }

    /** What readers of damaged records are told: to ask again only while these may come back. */
    ErrorCode refusal() {
        boolean lost = alone || state == State.KNOWN && replica.leading() && repair.isInVain();
        return lost ? ErrorCode.CORRUPT_MESSAGE : ErrorCode.KAFKA_STORAGE_ERROR;
    }

    private void report(String reason) {
        state = State.REPORTED;
        replica.bar(true);
        lost = reason;
    }

    /** The coordinator has taken note; {@link #deciding} and {@link #decided} follow. */
    void known() {
        if (state == State.REPORTED) {
            state = State.KNOWN;
        }
    }

    /**
     * The coordinator has decided something about this partition, which the replica takes next:
     * where it wants this node to lead although it knows of the loss, nobody else has the records.
     */
    void deciding(PartitionImage decided) {
        if (state == State.KNOWN) {
            replica.bar(decided.leader() != nodeId);
        }
    }

    /** The replica has taken what the coordinator has decided. */
    void decided(PartitionImage decided) throws IOException {
        boolean inSync = decided.isr().contains(nodeId);
        switch (state) {
            case WHOLE, REPORTED -> {}
            case KNOWN -> {
                if (replica.following()) {
                    mendOrLeave(decided, inSync);
                } else if (replica.leading()) {
                    repair.begin(decided);
                }
            }
            case MENDING -> {
                if (inSync || decided.leader() == nodeId) {
                    report("it is wanted before it is mended");
                } else {
                    repair.begin(decided);
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

    private void mendOrLeave(PartitionImage decided, boolean inSync) throws IOException {
        if (inSync) {
            report("it is in the ISR before it is repaired");
            return;
        }
        replica.bar(true);
        if (isDamaged()) {
            state = State.MENDING;
            repair.begin(decided);
        } else {
            startRepairing();
        }
    }

    private boolean isDamaged() {
        return stored.log().firstDamagedOffset().isPresent();
    }

    @Override
    public void someMended() {
        mended = true;
    }

    /** All that was damaged is as it was. */
    @Override
    public void mended() throws IOException {
        if (state == State.MENDING) {
            startRepairing();
        } else if (state == State.KNOWN && replica.leading()) {
            whole();
        }
    }

    @Override
    public void cannotBeMended(String reason) throws IOException {
        log.warn("Damage in {} cannot be mended in its place: {}", partition, reason);
        if (state == State.MENDING) {
            startRepairing();
        }
    }

    private void startRepairing() throws IOException {
        state = State.REPAIRING;
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

    /**
     * The leader's log ends at {@code end}, or parts ways with this one there: it has never
     * believed that this replica has anything above, and need not be waited for there.
     */
    void leaderEnds(long end) {
        if (state == State.REPAIRING) {
            claimedEnd = Math.min(claimedEnd, end);
            progressed();
        }
    }

    private void whole() {
        state = State.WHOLE;
        repair.end();
        claimedEnd = 0;
        damageTold = List.of();
        replica.bar(false);
    }

    /** Whether nothing is lost here. */
    boolean isWhole() {
        return state == State.WHOLE;
    }

    /** Whether it may ask for records, and so tell what it has. */
    boolean mayFetch() {
        return state != State.REPORTED && state != State.MENDING;
    }
}
