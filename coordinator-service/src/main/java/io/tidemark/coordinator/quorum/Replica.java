package io.tidemark.coordinator.quorum;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * What a quorum keeps equal on all members. All methods but {@link #leadershipChanged} are called
 * by one thread, and nothing they do may depend on time, chance or the machine.
 */
public interface Replica {

    /**
     * Applies an entry.
     *
     * @param index its place in the log; grows, with gaps
     * @return the answer to whoever proposed it
     */
    byte[] apply(long index, byte[] entry);

    /** Writes the whole state; may take time in proportion to it. */
    void writeSnapshot(OutputStream out) throws IOException;

    /** Replaces the whole state with a snapshot. */
    void readSnapshot(InputStream in) throws IOException;

    /** Forgets everything: a restart from disk follows. */
    void reset();

    /** Tells of a change of leader. Comes on any thread of the quorum, one at a time. */
    void leadershipChanged(Leadership leadership);
}
