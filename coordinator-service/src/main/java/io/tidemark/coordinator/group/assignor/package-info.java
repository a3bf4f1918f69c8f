/**
 * Who of a KIP-848 group should consume which partitions: pure functions of members, topics and
 * what was assigned before. Pure; no thread of its own.
 */
@NullMarked
package io.tidemark.coordinator.group.assignor;

import org.jspecify.annotations.NullMarked;
