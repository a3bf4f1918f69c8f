@NullMarked
package io.tidemark.gateway.limit;

import org.jspecify.annotations.NullMarked;
