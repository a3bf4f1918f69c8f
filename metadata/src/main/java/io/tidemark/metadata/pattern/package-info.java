/**
 * Patterns of topic names, as strangers hand them in: none is compiled before its size is known.
 * Pure.
 */
@NullMarked
@Pure
package io.tidemark.metadata.pattern;

import io.tidemark.environment.Pure;
import org.jspecify.annotations.NullMarked;
