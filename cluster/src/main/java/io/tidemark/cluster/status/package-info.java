/**
 * How a cluster is: what its processes and its leading coordinator say, put together, judged, and
 * written for a person or as JSON.
 */
@NullMarked
package io.tidemark.cluster.status;

import org.jspecify.annotations.NullMarked;
