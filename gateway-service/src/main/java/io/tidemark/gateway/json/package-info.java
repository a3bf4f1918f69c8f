/**
 * JSON by hand, where a tree would cost too much: what bytes are, and text built from them. Pure.
 */
@NullMarked
@Pure
package io.tidemark.gateway.json;

import io.tidemark.environment.Pure;
import org.jspecify.annotations.NullMarked;
