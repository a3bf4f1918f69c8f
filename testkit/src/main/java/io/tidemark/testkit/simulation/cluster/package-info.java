/**
 * Whole clusters in one thread: the real cores of the coordinator and of partition services on
 * simulated time, network and disks, with clients, faults that a seed draws, and the invariants
 * that are checked after every step. {@link
 * io.tidemark.testkit.simulation.cluster.ClusterSimulation} is the way in; docs/SIMULATION.md
 * describes it. Nothing here owns a thread.
 */
@NullMarked
package io.tidemark.testkit.simulation.cluster;

import org.jspecify.annotations.NullMarked;
