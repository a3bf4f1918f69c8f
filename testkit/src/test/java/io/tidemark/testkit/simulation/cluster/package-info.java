/** Simulated clusters: many seeds, and the proof that they find bugs. */
@NullMarked
package io.tidemark.testkit.simulation.cluster;

import org.jspecify.annotations.NullMarked;
