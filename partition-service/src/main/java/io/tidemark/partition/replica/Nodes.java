package io.tidemark.partition.replica;

/** What the newest metadata says of the cluster's nodes. */
public interface Nodes {
    int UNKNOWN = -1;

    /** The epoch of a node's newest registration; {@link #UNKNOWN} where there is none. */
    long epoch(int node);

    /** Whether it has a session: in-sync sets that name another are refused. */
    boolean present(int node);

    /** Whether it may join in-sync sets: it has a session, and is not about to stop. */
    boolean live(int node);
}
