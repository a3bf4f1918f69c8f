/**
 * What consumers say to each other within the bytes that the classic group protocol passes on.
 * Pure; no thread of its own.
 */
@NullMarked
@Pure
package io.tidemark.protocol.group;

import io.tidemark.environment.Pure;
import org.jspecify.annotations.NullMarked;
