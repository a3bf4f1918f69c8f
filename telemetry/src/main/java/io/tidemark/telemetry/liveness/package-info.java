/** Liveness as every service shows it: whether the threads that own something answer. */
@NullMarked
package io.tidemark.telemetry.liveness;

import org.jspecify.annotations.NullMarked;
