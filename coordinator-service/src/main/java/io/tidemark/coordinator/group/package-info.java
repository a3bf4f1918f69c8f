/**
 * Groups: who is a member, who consumes what, and how far. Pure: driven by calls with injected
 * time, timers, entropy and a log for what must last; everything here belongs to one thread, the
 * groups'.
 */
@NullMarked
package io.tidemark.coordinator.group;

import org.jspecify.annotations.NullMarked;
