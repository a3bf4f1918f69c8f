package io.tidemark.testkit.cluster;

import io.tidemark.cluster.layout.ClusterLayout;
import io.tidemark.cluster.layout.Member;
import java.util.List;

/** Where members live, and what can be done to the wires between them. */
public interface ClusterNetwork extends ClusterLayout.Addresses, AutoCloseable {

    /** A program and its arguments that put a process where its member lives; may be empty. */
    List<String> wrapper(Member member);

    /** Whether wires can be cut. */
    boolean canCut();

    /** How a cut shows. */
    enum Cut {
        /** Packets vanish, as behind a dead switch: only time tells. */
        DROP,
        /** Connections are reset at once, as by a firewall. */
        REJECT
    }

    /** Nothing sent by {@code from} reaches {@code to} any more. */
    void cut(Member from, Member to, Cut kind);

    /** Nothing reaches a member, nor leaves it: neither its peers nor any client. */
    void isolate(Member member);

    /** Mends all cuts. */
    void heal();

    @Override
    void close();
}
