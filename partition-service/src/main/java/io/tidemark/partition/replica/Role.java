package io.tidemark.partition.replica;

/**
 * What this node is to a partition, as the coordinator decided it.
 *
 * <pre>
 *   Idle, Following -> Leading     the image names this node, whose session stands
 *   Leading         -> Leading     a newer leader epoch; or, in the same, another in-sync set
 *   Leading         -> Following   another node leads
 *   Leading         -> Idle        nobody leads, this node's session is lost, or it must not lead
 *   Idle, Following -> Following   another leader, or a newer leader epoch
 *   Following       -> Idle        nobody leads, or the replica is assigned here no more
 * </pre>
 */
public sealed interface Role {

    /** The leader epoch known here; -1 before the first image. */
    int leaderEpoch();

    /** It leads from now on; each leadership is of an epoch of its own. */
    default Leading toLeading(Leadership leadership) {
        int known = this instanceof Leading ? leaderEpoch() + 1 : leaderEpoch();
        requireEpoch(leadership.leaderEpoch() >= known, leadership.leaderEpoch());
        return new Leading(leadership);
    }

    /** It follows another from now on. */
    default Following toFollowing(int newLeaderEpoch, int leader) {
        requireEpoch(newLeaderEpoch >= leaderEpoch(), newLeaderEpoch);
        return new Following(newLeaderEpoch, leader);
    }

    /** It is nothing to the partition from now on. */
    default Idle toIdle(int newLeaderEpoch, int leader) {
        requireEpoch(newLeaderEpoch >= leaderEpoch(), newLeaderEpoch);
        return new Idle(newLeaderEpoch, leader);
    }

    private void requireEpoch(boolean legal, int epoch) {
        if (!legal) {
            throw new IllegalStateException("no way from %s to epoch %d".formatted(this, epoch));
        }
    }

    /** Appends and fetches are served. */
    record Leading(Leadership leadership) implements Role {
        @Override
        public int leaderEpoch() {
            return leadership.leaderEpoch();
        }
    }

    /** Copies what {@code leader} has; consumers may be served up to the high watermark. */
    record Following(int leaderEpoch, int leader) implements Role {}

    /**
     * Nothing is served, nothing copied.
     *
     * @param leader who leads; {@link io.tidemark.metadata.image.PartitionImage#NO_LEADER} where
     *     nobody is known
     */
    record Idle(int leaderEpoch, int leader) implements Role {}
}
