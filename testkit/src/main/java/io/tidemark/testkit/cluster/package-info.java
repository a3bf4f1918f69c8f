/**
 * A cluster of separate processes for tests: each can be killed, paused, stopped and started again,
 * and, where the machine allows, be cut off from others. Calls block their caller; objects are used
 * by one thread unless they say otherwise.
 */
@NullMarked
package io.tidemark.testkit.cluster;

import org.jspecify.annotations.NullMarked;
