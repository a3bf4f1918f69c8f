/**
 * Who of a KIP-848 group should consume which partitions: pure functions of members, topics and
 * what was assigned before. Pure; no thread of its own.
 */
@NullMarked
@Pure
package io.tidemark.coordinator.group.assignor;

import io.tidemark.environment.Pure;
import org.jspecify.annotations.NullMarked;
