package io.tidemark.coordinator.runtime;

import io.tidemark.coordinator.quorum.LogProgress;
import io.tidemark.coordinator.quorum.Quorum;
import io.tidemark.environment.thread.Pulse;

/**
 * Whether the quorum's own threads work: what is committed is applied, step by step, and its server
 * has not ended by itself. Who leads, and whether anybody does, says nothing of this process.
 */
final class QuorumPulse implements Pulse {
    private final Quorum quorum;
    private long appliedBefore = Long.MIN_VALUE;

    QuorumPulse(Quorum quorum) {
        this.quorum = quorum;
    }

    @Override
    public synchronized boolean beats() {
        LogProgress progress = quorum.progress();
        boolean moved = progress.appliedIndex() != appliedBefore;
        appliedBefore = progress.appliedIndex();
        return quorum.alive() && (moved || progress.appliedIndex() >= progress.committedIndex());
    }
}
