/**
 * What the pure cores may touch of the outside world: time, timers, disk and entropy, as
 * interfaces, and their real implementations. The simulated ones live in {@code testkit}. Nothing
 * here owns a thread.
 */
@NullMarked
package io.tidemark.environment;

import org.jspecify.annotations.NullMarked;
