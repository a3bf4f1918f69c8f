@NullMarked
package io.tidemark.partition.runtime;

import org.jspecify.annotations.NullMarked;
