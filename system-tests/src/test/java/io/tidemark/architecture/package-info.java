/** The rules of this code base that a build can check: what may use what, names, sizes. */
@NullMarked
package io.tidemark.architecture;

import org.jspecify.annotations.NullMarked;
