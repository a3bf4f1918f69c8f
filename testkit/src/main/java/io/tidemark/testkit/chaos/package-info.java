/**
 * Faults on a cluster of real processes, drawn from a seed, under clients whose history is checked:
 * {@code ./tidemark chaos}. Each fault has a thread of control in {@link
 * io.tidemark.testkit.chaos.ChaosRun}; every client has a thread of its own.
 */
@NullMarked
package io.tidemark.testkit.chaos;

import org.jspecify.annotations.NullMarked;
