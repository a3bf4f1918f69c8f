package io.tidemark.coordinator.metadata;

import io.tidemark.metadata.command.CommandResult;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.image.Delta;
import java.util.List;

/**
 * The one place where the image changes. {@link #apply} and {@link #restore} belong to one thread,
 * the quorum's; any thread may read {@link #image}.
 */
public final class MetadataState {
    private volatile ClusterImage image = ClusterImage.empty();

    /** The newest image. */
    public ClusterImage image() {
        return image;
    }

    /**
     * What the command would lead to now, without doing it: the answer is final where nothing would
     * change.
     */
    public Applied preview(Proposal proposal) {
        ClusterImage now = image;
        Decision decision = MetadataDecider.decide(proposal, now, now.version() + 1);
        return new Applied(now, decision.deltas(), now, decision.result());
    }

    /**
     * Decides a proposal and changes the image as decided.
     *
     * @param index the proposal's place in the log, greater than all before
     */
    public Applied apply(long index, Proposal proposal) {
        ClusterImage before = image;
        Decision decision = MetadataDecider.decide(proposal, before, index);
        ClusterImage after =
                decision.deltas().isEmpty() ? before : before.apply(index, decision.deltas());
        image = after;
        return new Applied(before, decision.deltas(), after, decision.result());
    }

    /** Replaces the image by that of a snapshot. */
    public void restore(ClusterImage snapshot) {
        image = snapshot;
    }

    /** What came of a proposal. */
    public record Applied(
            ClusterImage before, List<Delta> deltas, ClusterImage after, CommandResult result) {

        public boolean changed() {
            return !deltas.isEmpty();
        }
    }
}
