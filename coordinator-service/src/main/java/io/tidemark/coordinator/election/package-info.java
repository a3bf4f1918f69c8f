/** Who leads a partition, and where its replicas go. Pure. */
@NullMarked
package io.tidemark.coordinator.election;

import org.jspecify.annotations.NullMarked;
