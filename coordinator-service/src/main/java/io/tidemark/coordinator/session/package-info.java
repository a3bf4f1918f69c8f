/**
 * Which nodes are alive: kept in the leader's memory, never in the log. Pure; the caller's thread,
 * the coordinator's own.
 */
@NullMarked
@Pure
package io.tidemark.coordinator.session;

import io.tidemark.environment.Pure;
import org.jspecify.annotations.NullMarked;
