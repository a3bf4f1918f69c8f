/**
 * Where a partition lives and how it is asked: the current metadata image, and requests to leaders
 * behind timeouts, retries and a circuit breaker per node. Safe for any thread.
 */
@NullMarked
package io.tidemark.gateway.routing;

import org.jspecify.annotations.NullMarked;
