/** Why the broker cannot start, in words that name the cause and what to do about it. */
@NullMarked
package io.tidemark.standalone.failure;

import org.jspecify.annotations.NullMarked;
