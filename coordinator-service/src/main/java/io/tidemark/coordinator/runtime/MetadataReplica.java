package io.tidemark.coordinator.runtime;

import io.tidemark.coordinator.group.GroupEntries;
import io.tidemark.coordinator.group.GroupJson;
import io.tidemark.coordinator.group.GroupStates;
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
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Metadata and groups as a replicated state.
 *
 * <pre>
 *  entry      { a metadata proposal }  or  changes of groups, see GroupEntries
 *  snapshot   { the metadata's image } \n  ( { a group } \n )*
 * </pre>
 *
 * Snapshots of before there were groups end after the image.
 */
final class MetadataReplica implements Replica {
    private static final byte[] NOTHING = {};

    private final MetadataState state;
    private final GroupStates groups;
    private final MetadataFeed feed;
    private final Consumer<Leadership> onLeadership;

    MetadataReplica(
            MetadataState state,
            GroupStates groups,
            MetadataFeed feed,
            Consumer<Leadership> onLeadership) {
        this.state = state;
        this.groups = groups;
        this.feed = feed;
        this.onLeadership = onLeadership;
    }

    /**
     * @throws IllegalStateException for an entry that this release cannot read: it must stop here
     *     rather than go on with another state than its peers
     */
    @Override
    public byte[] apply(long index, byte[] entry) {
        try {
            if (GroupEntries.isEntry(entry)) {
                groups.apply(GroupEntries.decode(entry));
                return NOTHING;
            }
            return apply(index, MetadataJson.decode(entry, Proposal.class));
        } catch (MetadataFormatException e) {
            throw new IllegalStateException("Log entry " + index + " cannot be read", e);
        }
    }

    private byte[] apply(long index, Proposal proposal) {
        MetadataState.Applied applied = state.apply(index, proposal);
        if (applied.changed()) {
            feed.publish(applied.before(), applied.deltas(), applied.after());
        }
        return MetadataJson.encode(applied.result());
    }

    @Override
    public void writeSnapshot(OutputStream out) throws IOException {
        MetadataJson.encode(state.image(), out);
        out.write('\n');
        try {
            groups.forEach(group -> write(GroupJson.encode(group), out));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static void write(byte[] line, OutputStream out) {
        try {
            out.write(line);
            out.write('\n');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void readSnapshot(InputStream in) throws IOException {
        SnapshotLines lines = new SnapshotLines(in);
        Optional<byte[]> first = lines.next();
        ClusterImage image = MetadataJson.decode(first.orElse(NOTHING), ClusterImage.class);
        groups.clear();
        for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
            groups.restore(GroupJson.decodeStored(line.get()));
        }
        state.restore(image);
        feed.restart(image);
    }

    /** Followers keep what they have, and are told again of what is newer than that. */
    @Override
    public void reset() {
        groups.clear();
        state.restore(ClusterImage.empty());
        feed.restart(ClusterImage.empty());
    }

    @Override
    public void leadershipChanged(Leadership leadership) {
        onLeadership.accept(leadership);
    }
}
