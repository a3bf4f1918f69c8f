/** The commands for a local cluster, as {@code ./tidemark} hands them on. */
@NullMarked
package io.tidemark.cluster.command;

import org.jspecify.annotations.NullMarked;
