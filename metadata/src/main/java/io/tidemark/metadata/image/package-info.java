/**
 * The immutable image of the cluster and the deltas that lead from one version to the next. Pure.
 */
@NullMarked
package io.tidemark.metadata.image;

import org.jspecify.annotations.NullMarked;
