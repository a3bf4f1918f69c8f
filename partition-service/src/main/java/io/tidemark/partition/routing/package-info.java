/** Which partition a request means, and who serves it instead where this node does not. */
@NullMarked
package io.tidemark.partition.routing;

import org.jspecify.annotations.NullMarked;
