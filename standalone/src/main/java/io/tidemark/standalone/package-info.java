@NullMarked
package io.tidemark.standalone;

import org.jspecify.annotations.NullMarked;
