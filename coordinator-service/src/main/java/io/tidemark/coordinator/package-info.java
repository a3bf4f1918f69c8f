@NullMarked
package io.tidemark.coordinator;

import org.jspecify.annotations.NullMarked;
