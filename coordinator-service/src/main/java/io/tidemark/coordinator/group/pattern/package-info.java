/**
 * What patterns of topics match. They are compiled and matched on a thread of their own, one at a
 * time; what waits and what is kept belongs to the groups' thread. Pure: both threads are injected.
 */
@NullMarked
@Pure
package io.tidemark.coordinator.group.pattern;

import io.tidemark.environment.Pure;
import org.jspecify.annotations.NullMarked;
