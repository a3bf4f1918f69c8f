/**
 * JSON by hand, where a tree would cost too much: what bytes are, and text built from them. Pure.
 */
@NullMarked
package io.tidemark.gateway.json;

import org.jspecify.annotations.NullMarked;
