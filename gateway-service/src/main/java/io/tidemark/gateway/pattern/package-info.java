/** Patterns of topics that this gateway matches itself, on a thread of its own. */
@NullMarked
package io.tidemark.gateway.pattern;

import org.jspecify.annotations.NullMarked;
