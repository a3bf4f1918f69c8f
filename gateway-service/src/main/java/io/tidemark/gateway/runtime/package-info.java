/** Threads, their timers and the web server's set-up: the shell of the gateway. */
@NullMarked
package io.tidemark.gateway.runtime;

import org.jspecify.annotations.NullMarked;
