package io.tidemark.coordinator.runtime;

import io.tidemark.coordinator.metadata.MetadataState;
import io.tidemark.coordinator.metadata.Proposal;
import io.tidemark.coordinator.quorum.Leadership;
import io.tidemark.coordinator.quorum.Replica;
import io.tidemark.metadata.image.ClusterImage;
import io.tidemark.metadata.json.MetadataFormatException;
import io.tidemark.metadata.json.MetadataJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Consumer;

/** The metadata as a replicated state: log entries are proposals in JSON, and so is a snapshot. */
final class MetadataReplica implements Replica {
    private final MetadataState state;
    private final MetadataFeed feed;
    private final Consumer<Leadership> onLeadership;

    MetadataReplica(MetadataState state, MetadataFeed feed, Consumer<Leadership> onLeadership) {
        this.state = state;
        this.feed = feed;
        this.onLeadership = onLeadership;
    }

    /**
     * @throws IllegalStateException for an entry that this release cannot read: it must stop here
     *     rather than go on with another state than its peers
     */
    @Override
    public byte[] apply(long index, byte[] entry) {
        Proposal proposal;
        try {
            proposal = MetadataJson.decode(entry, Proposal.class);
        } catch (MetadataFormatException e) {
            throw new IllegalStateException("Log entry " + index + " cannot be read", e);
        }
        MetadataState.Applied applied = state.apply(index, proposal);
        if (applied.changed()) {
            feed.publish(applied.before(), applied.deltas(), applied.after());
        }
        return MetadataJson.encode(applied.result());
    }

    @Override
    public void writeSnapshot(OutputStream out) {
        MetadataJson.encode(state.image(), out);
    }

    @Override
    public void readSnapshot(InputStream in) throws IOException {
        ClusterImage image = MetadataJson.decode(in, ClusterImage.class);
        state.restore(image);
        feed.restart(image);
    }

    /** Followers keep what they have, and are told again of what is newer than that. */
    @Override
    public void reset() {
        state.restore(ClusterImage.empty());
        feed.restart(ClusterImage.empty());
    }

    @Override
    public void leadershipChanged(Leadership leadership) {
        onLeadership.accept(leadership);
    }
}
