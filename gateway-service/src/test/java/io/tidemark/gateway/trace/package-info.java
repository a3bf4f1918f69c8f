@NullMarked
package io.tidemark.gateway.trace;

import org.jspecify.annotations.NullMarked;
