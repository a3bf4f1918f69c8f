package io.tidemark.coordinator.quorum;

import io.tidemark.metadata.control.QuorumStatus;
import java.io.IOException;
import java.util.concurrent.CompletionStage;

/**
 * Agrees on an order of proposals and applies them, on every member, to a {@link Replica}. Safe for
 * any thread.
 */
public interface Quorum extends AutoCloseable {

    /**
     * Restores the replica from the newest snapshot and the log, and joins. Returns once the member
     * runs, which may be before anybody leads.
     *
     * @throws IOException where the storage is locked by another process, damaged, or not writable
     */
    void start(Replica replica) throws IOException;

    /**
     * Proposes an entry; only the leader can.
     *
     * @return the replica's answer, once the entry is durable on a majority and applied here. Fails
     *     with {@link NotLeaderException} where the entry was certainly not accepted, and with
     *     another {@link IOException} where its fate is unknown. Completes on a thread of the
     *     quorum, which must not be blocked
     */
    CompletionStage<byte[]> propose(byte[] entry);

    /** Who leads, as far as this member knows. */
    Leadership leadership();

    /** How far the members are, as far as this one knows; the leader knows of all. */
    QuorumStatus status();

    /** How far this member is in its own log. */
    default LogProgress progress() {
        return LogProgress.NONE;
    }

    /**
     * Whether this member takes part, or is about to: false where the library has given up for good
     * what nobody closed.
     */
    default boolean alive() {
        return true;
    }

    @Override
    void close();
}
