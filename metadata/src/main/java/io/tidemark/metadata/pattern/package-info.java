/**
 * Patterns of topic names, as strangers hand them in: none is compiled before its size is known.
 * Pure.
 */
@NullMarked
package io.tidemark.metadata.pattern;

import org.jspecify.annotations.NullMarked;
