/** Starts a cluster's members in their order, waits until they serve, and stops them in order. */
@NullMarked
package io.tidemark.cluster.run;

import org.jspecify.annotations.NullMarked;
