/** The Spring shell of the coordinator: its settings, its beans, its application. */
@NullMarked
package io.tidemark.coordinator;

import org.jspecify.annotations.NullMarked;
