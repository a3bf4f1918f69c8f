@NullMarked
package io.tidemark.testkit.process;

import org.jspecify.annotations.NullMarked;
