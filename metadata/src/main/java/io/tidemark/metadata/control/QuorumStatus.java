package io.tidemark.metadata.control;

import java.util.List;

/**
 * The coordinators, as the leading one sees them.
 *
 * @param leaderId {@code tidemark.coordinator.id} of the one that leads
 * @param epoch Raft's term
 * @param committedIndex the newest log entry that a majority has on disk; -1 for none
 */
public record QuorumStatus(String leaderId, long epoch, long committedIndex, List<Member> members) {

    public QuorumStatus {
        members = List.copyOf(members);
    }

    /**
     * @param host where it is reached by the other coordinators
     * @param lastIndex the newest log entry that it is known to have; -1 for none
     * @param silentMs how long ago it was last heard; 0 for the leader itself, -1 where that is not
     *     known
     */
    public record Member(String id, String host, int port, long lastIndex, long silentMs) {}
}
