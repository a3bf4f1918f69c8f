/**
 * Committed offsets: where they are kept, how they are committed, read and deleted, and when they
 * are forgotten. Pure; belongs to the groups' thread.
 */
@NullMarked
package io.tidemark.coordinator.group.offset;

import org.jspecify.annotations.NullMarked;
