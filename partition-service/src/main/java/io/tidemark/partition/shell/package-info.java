/** The Spring shell: configuration, lifecycle, metrics, health. */
@NullMarked
package io.tidemark.partition.shell;

import org.jspecify.annotations.NullMarked;
