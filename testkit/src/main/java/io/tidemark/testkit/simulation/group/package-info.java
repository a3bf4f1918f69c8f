/**
 * Whole groups on simulated time and network: the real groups of three coordinators on a model of
 * the log, and members of both protocols that crash, pause and come back. Decided by a seed.
 */
@NullMarked
package io.tidemark.testkit.simulation.group;

import org.jspecify.annotations.NullMarked;
