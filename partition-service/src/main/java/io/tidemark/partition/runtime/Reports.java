package io.tidemark.partition.runtime;

import io.tidemark.partition.replica.IsrProposal;
import io.tidemark.partition.storage.LogDirectory;
import java.io.IOException;

/** What partitions tell their node. Any thread; never blocks. */
public interface Reports {

    /** A log directory's disk refuses. */
    void failed(LogDirectory directory, IOException cause);

    /** A leader proposes other in-sync replicas; {@link Partition#answered} follows. */
    void propose(Partition partition, IsrProposal proposal);

    /**
     * A replica has lost records, whole or in part: {@link Partition#lossIsKnown} follows when the
     * coordinator has taken note.
     */
    void lost(Partition partition, String reason);
}
