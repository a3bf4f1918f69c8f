/**
 * Decides what a command changes, and keeps the image that results: the pure core of the
 * coordinator. Nothing here reads a clock, draws a random number or has a thread.
 */
@NullMarked
package io.tidemark.coordinator.metadata;

import org.jspecify.annotations.NullMarked;
