@NullMarked
package io.tidemark.gateway.runtime;

import org.jspecify.annotations.NullMarked;
