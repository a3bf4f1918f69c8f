@NullMarked
package io.tidemark.benchmark;

import org.jspecify.annotations.NullMarked;
