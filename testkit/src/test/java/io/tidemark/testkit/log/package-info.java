/** The log over the simulated disk. */
@NullMarked
package io.tidemark.testkit.log;

import org.jspecify.annotations.NullMarked;
