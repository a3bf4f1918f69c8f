package io.tidemark.partition.serving;

import io.tidemark.partition.replica.IsrProposal;
import java.io.IOException;

/** What partitions tell their node. Any thread; never blocks. */
public interface Reports {

    /**
     * A partition's disk refuses: its log directory fails; or its own files were taken away, and it
     * is opened anew.
     */
    void failed(Partition partition, IOException cause);

    /** A leader proposes other in-sync replicas; {@link Partition#answered} follows. */
    void propose(Partition partition, IsrProposal proposal);

    /**
     * A replica has lost records, whole or in part: {@link Partition#lossIsKnown} follows when the
     * coordinator has taken note.
     */
    void lost(Partition partition, String reason);
}
