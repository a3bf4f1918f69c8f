package io.tidemark.coordinator.quorum;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How a member of a Ratis quorum runs.
 *
 * @param directory its log and snapshots; one process at a time may use it
 * @param id this member's id, one of {@code peers}
 * @param peers all members; one alone opens no port
 * @param electionTimeout how long a member waits for a leader before it stands for election: up to
 *     twice this. One alone does not wait
 * @param snapshotThreshold entries after which the next snapshot is taken and the log before it
 *     removed
 * @param snapshotsKept at least 1
 */
public record QuorumSettings(
        Path directory,
        String id,
        List<Peer> peers,
        Duration electionTimeout,
        long snapshotThreshold,
        int snapshotsKept) {

    public QuorumSettings {
        peers = List.copyOf(peers);
        if (peers.stream().noneMatch(peer -> peer.id().equals(id))) {
            throw new IllegalArgumentException(
                    "Coordinator " + id + " is not among the peers " + peers);
        }
    }

    /** A member's address for the others. */
    public record Peer(String id, String host, int port) {}

    boolean alone() {
        return peers.size() == 1;
    }
}
