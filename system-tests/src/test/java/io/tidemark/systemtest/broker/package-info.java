/**
 * The broker as the tests see it: where it is installed, how it is started, and one that all client
 * tests share.
 */
@NullMarked
package io.tidemark.systemtest.broker;

import org.jspecify.annotations.NullMarked;
