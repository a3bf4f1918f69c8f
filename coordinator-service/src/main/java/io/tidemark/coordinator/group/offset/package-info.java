/**
 * Committed offsets: where they are kept, how they are committed, read and deleted, and when they
 * are forgotten. Pure; belongs to the groups' thread.
 */
@NullMarked
@Pure
package io.tidemark.coordinator.group.offset;

import io.tidemark.environment.Pure;
import org.jspecify.annotations.NullMarked;
