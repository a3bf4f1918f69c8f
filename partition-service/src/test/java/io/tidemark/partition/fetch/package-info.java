@NullMarked
package io.tidemark.partition.fetch;

import org.jspecify.annotations.NullMarked;
