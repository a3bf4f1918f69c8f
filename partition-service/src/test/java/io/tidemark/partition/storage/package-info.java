@NullMarked
package io.tidemark.partition.storage;

import org.jspecify.annotations.NullMarked;
