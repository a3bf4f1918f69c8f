/**
 * Real processes for black-box tests: a broker in a JVM of its own that can be killed, paused and
 * restarted, volumes that can lose power or fill up, and the external tools that this takes.
 *
 * <p>Everything started here is remembered by its process handle and ended at the latest when the
 * test's own JVM ends. Calls block their caller; objects are used by one thread unless they say
 * otherwise.
 */
@NullMarked
package io.tidemark.testkit.process;

import org.jspecify.annotations.NullMarked;
