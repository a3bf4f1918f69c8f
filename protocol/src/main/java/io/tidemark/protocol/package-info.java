@NullMarked
package io.tidemark.protocol;

import org.jspecify.annotations.NullMarked;
