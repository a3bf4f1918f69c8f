package io.tidemark.benchmark;

import java.io.IOException;

/** A broker of one or more nodes, with ids from 1, that can be killed and started again. */
interface Cluster extends Broker {

    /** Ends a node's process at once, as {@code kill -9} does. */
    void kill(int node);

    /** Asks a node's process to stop, and waits until it has. */
    void stop(int node);

    /** Starts a node's process again on what it has stored; returns at once. */
    void restart(int node) throws IOException;

    /** Waits until a node takes connections. */
    void awaitReady(int node) throws IOException, InterruptedException;
}
