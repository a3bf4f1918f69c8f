/**
 * All groups of a coordinator that leads: which request goes to which group, and what becomes of
 * groups that nobody is in. Pure; belongs to the groups' thread.
 */
@NullMarked
@Pure
package io.tidemark.coordinator.group.table;

import io.tidemark.environment.Pure;
import org.jspecify.annotations.NullMarked;
