/**
 * The running coordinator: {@link io.tidemark.coordinator.runtime.Coordinator} and its threads,
 * {@code coordinator} for sessions and leadership, {@code coordinator-metadata} for listeners,
 * {@code coordinator-groups} and {@code coordinator-patterns} for groups. The image itself is
 * changed by the quorum's thread.
 */
@NullMarked
package io.tidemark.coordinator.runtime;

import org.jspecify.annotations.NullMarked;
