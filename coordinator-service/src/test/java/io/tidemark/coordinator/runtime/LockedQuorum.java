package io.tidemark.coordinator.runtime;

import io.tidemark.coordinator.quorum.Leadership;
import io.tidemark.coordinator.quorum.LogProgress;
import io.tidemark.coordinator.quorum.ModelQuorum;
import io.tidemark.coordinator.quorum.Quorum;
import io.tidemark.coordinator.quorum.Replica;
import io.tidemark.metadata.control.QuorumStatus;
import java.util.concurrent.CompletionStage;

/**
 * Serves one member of a {@link ModelQuorum} to several threads: the test's, and those of
 * coordinators and groups, which propose by themselves.
 */
class LockedQuorum implements Quorum {
    private final ModelQuorum model;
    private final Object lock;

    /**
     * @param lock held for whatever changes the log or who leads; one for all members of a log
     */
    LockedQuorum(ModelQuorum model, Object lock) {
        this.model = model;
        this.lock = lock;
    }

    /** Makes this member the leader; the one before has resigned. */
    final void lead() {
        synchronized (lock) {
            model.lead();
        }
    }

    final void resign() {
        synchronized (lock) {
            model.resign();
        }
    }

    @Override
    public void start(Replica replica) {
        model.start(replica);
    }

    @Override
    public CompletionStage<byte[]> propose(byte[] entry) {
        synchronized (lock) {
            return model.propose(entry);
        }
    }

    @Override
    public Leadership leadership() {
        return model.leadership();
    }

    @Override
    public QuorumStatus status() {
        return model.status();
    }

    @Override
    public LogProgress progress() {
        return model.progress();
    }

    @Override
    public void close() {
        model.close();
    }
}
