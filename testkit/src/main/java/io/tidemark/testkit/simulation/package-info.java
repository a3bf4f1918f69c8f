/**
 * A world that a seed decides: clock, timers and disk as {@code environment} has them, with faults.
 * One thread drives it all; nothing here reads the machine's clock.
 */
@NullMarked
package io.tidemark.testkit.simulation;

import org.jspecify.annotations.NullMarked;
