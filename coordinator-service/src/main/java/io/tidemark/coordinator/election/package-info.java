/** Who leads a partition, and where its replicas go. Pure. */
@NullMarked
@Pure
package io.tidemark.coordinator.election;

import io.tidemark.environment.Pure;
import org.jspecify.annotations.NullMarked;
