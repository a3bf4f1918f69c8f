@NullMarked
package io.tidemark.testkit.history;

import org.jspecify.annotations.NullMarked;
