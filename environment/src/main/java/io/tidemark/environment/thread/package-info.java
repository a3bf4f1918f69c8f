/**
 * Threads that own state, and what becomes of a process whose threads do not do their work any
 * more: one that dies of an error ends the process, one that gives no sign of life is named to
 * whoever asks for liveness. A request that fails because of a bug fails alone.
 */
@NullMarked
package io.tidemark.environment.thread;

import org.jspecify.annotations.NullMarked;
