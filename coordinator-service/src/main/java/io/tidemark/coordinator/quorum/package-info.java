/**
 * A replicated log of proposals behind {@link Quorum}: by Apache Ratis, or in memory for
 * simulations. No other package knows Ratis. Proposals are applied by one thread, the quorum's own.
 */
@NullMarked
package io.tidemark.coordinator.quorum;

import org.jspecify.annotations.NullMarked;
