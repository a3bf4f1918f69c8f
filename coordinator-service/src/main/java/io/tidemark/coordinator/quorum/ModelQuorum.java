package io.tidemark.coordinator.quorum;

import io.tidemark.metadata.control.QuorumStatus;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One member's view of a {@link Log} in memory, for tests and simulations: applied in the caller's
 * thread, durable by decree. Several members of one log model leader changes and members that come
 * late. Not for use by several threads at once.
 */
public final class ModelQuorum implements Quorum {
    private final Log log;
    private final String id;
    private @Nullable Replica replica;
    private int applied;
    private boolean leading;

    public ModelQuorum(Log log, String id) {
        this.log = log;
        this.id = id;
    }

    /** The order that all members agree on. */
    public static final class Log {
        private final List<byte[]> entries = new ArrayList<>();
        private long epoch;
    }

    @Override
    public void start(Replica joining) {
        this.replica = joining;
        catchUp();
    }

    /** Makes this member the leader; the caller sees to it that the one before resigns. */
    public void lead() {
        catchUp();
        leading = true;
        log.epoch++;
        joined().leadershipChanged(leadership());
    }

    /** Stops leading. */
    public void resign() {
        leading = false;
        joined().leadershipChanged(leadership());
    }

    /** Applies what other members proposed. */
    public void catchUp() {
        while (applied < log.entries.size()) {
            applyNext();
        }
    }

    /** Has this member restart from a snapshot of its state, as another process would. */
    public void installSnapshotInto(ModelQuorum other, Replica fresh) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        joined().writeSnapshot(bytes);
        fresh.readSnapshot(new ByteArrayInputStream(bytes.toByteArray()));
        other.applied = applied;
        other.start(fresh);
    }

    @Override
    public CompletionStage<byte[]> propose(byte[] entry) {
        if (!leading) {
            return CompletableFuture.failedFuture(new NotLeaderException(Optional.empty()));
        }
        catchUp();
        log.entries.add(entry.clone());
        return CompletableFuture.completedFuture(applyNext());
    }

    @Override
    public Leadership leadership() {
        return new Leadership(leading, leading ? Optional.of(id) : Optional.empty(), log.epoch);
    }

    @Override
    public QuorumStatus status() {
        QuorumStatus.Member self = new QuorumStatus.Member(id, "localhost", 0, applied, 0);
        return new QuorumStatus(leading ? id : "", log.epoch, applied, List.of(self));
    }

    @Override
    public void close() {
        leading = false;
    }

    private byte[] applyNext() {
        byte[] entry = log.entries.get(applied);
        applied++;
        return joined().apply(applied, entry);
    }

    private Replica joined() {
        if (replica == null) {
            throw new IllegalStateException("Member " + id + " has not started");
        }
        return replica;
    }
}
