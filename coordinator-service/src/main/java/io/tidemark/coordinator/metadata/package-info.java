/**
 * Decides what a command changes, and keeps the image that results: the pure core of the
 * coordinator. Nothing here reads a clock, draws a random number or has a thread.
 */
@NullMarked
@Pure
package io.tidemark.coordinator.metadata;

import io.tidemark.environment.Pure;
import org.jspecify.annotations.NullMarked;
