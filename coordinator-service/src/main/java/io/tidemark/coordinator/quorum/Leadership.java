package io.tidemark.coordinator.quorum;

import java.util.Optional;

/**
 * Who leads, as one member sees it.
 *
 * @param leading true where this member leads and has applied everything its predecessors committed
 * @param leaderId the leader, where one is known; while {@code leading} this member itself
 * @param epoch grows with every change of leader (Raft's term)
 */
public record Leadership(boolean leading, Optional<String> leaderId, long epoch) {
    public static final Leadership NONE = new Leadership(false, Optional.empty(), 0);
}
