/**
 * All three services in one JVM: the embedded default. Puts their configurations into one Spring
 * context, claims the data folder, and says what is ready or what is wrong.
 */
@NullMarked
package io.tidemark.standalone;

import org.jspecify.annotations.NullMarked;
