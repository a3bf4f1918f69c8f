/**
 * The immutable image of the cluster and the deltas that lead from one version to the next. Pure.
 */
@NullMarked
@Pure
package io.tidemark.metadata.image;

import io.tidemark.environment.Pure;
import org.jspecify.annotations.NullMarked;
