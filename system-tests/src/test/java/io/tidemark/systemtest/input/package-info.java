/** Bad input gets a clear error and harms nothing. */
@NullMarked
package io.tidemark.systemtest.input;

import org.jspecify.annotations.NullMarked;
