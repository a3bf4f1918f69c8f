/** Bounds on what the gateway holds in memory for its clients. Safe for any thread. */
@NullMarked
package io.tidemark.gateway.limit;

import org.jspecify.annotations.NullMarked;
