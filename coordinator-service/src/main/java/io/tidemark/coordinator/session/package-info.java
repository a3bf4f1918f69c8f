/**
 * Which nodes are alive: kept in the leader's memory, never in the log. Pure; the caller's thread,
 * the coordinator's own.
 */
@NullMarked
package io.tidemark.coordinator.session;

import org.jspecify.annotations.NullMarked;
