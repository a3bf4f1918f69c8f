/**
 * Groups: who is a member, who consumes what, and how far. Pure: driven by calls with injected
 * time, timers, entropy and a log for what must last; everything here belongs to one thread, the
 * groups'.
 */
@NullMarked
@Pure
package io.tidemark.coordinator.group;

import io.tidemark.environment.Pure;
import org.jspecify.annotations.NullMarked;
