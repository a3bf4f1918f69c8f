/** Pages under docs/ that are made from the code, and the check that they are up to date. */
@NullMarked
package io.tidemark.documentation;

import org.jspecify.annotations.NullMarked;
