/** Clusters of several processes, as operators run them. */
@NullMarked
package io.tidemark.systemtest.cluster;

import org.jspecify.annotations.NullMarked;
