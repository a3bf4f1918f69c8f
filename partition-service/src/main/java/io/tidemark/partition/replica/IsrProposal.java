package io.tidemark.partition.replica;

import io.tidemark.metadata.command.Command.IsrMember;
import java.util.List;

/**
 * Another in-sync set that a leader asks the coordinator for.
 *
 * @param partitionEpoch what it is based on: with another one it is void
 */
public record IsrProposal(int leaderEpoch, int partitionEpoch, List<IsrMember> isr) {

    boolean names(int node) {
        for (IsrMember member : isr) {
            if (member.nodeId() == node) {
                return true;
            }
        }
        return false;
    }
}
