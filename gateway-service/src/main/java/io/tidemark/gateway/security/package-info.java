/** Who asks, and the one place that says whether they may. */
@NullMarked
package io.tidemark.gateway.security;

import org.jspecify.annotations.NullMarked;
