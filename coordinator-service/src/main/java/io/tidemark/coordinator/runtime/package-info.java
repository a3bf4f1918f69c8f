/**
 * The running coordinator: {@link io.tidemark.coordinator.runtime.Coordinator} and its two threads,
 * {@code coordinator} for sessions and leadership, {@code coordinator-metadata} for listeners. The
 * image itself is changed by the quorum's thread.
 */
@NullMarked
package io.tidemark.coordinator.runtime;

import org.jspecify.annotations.NullMarked;
