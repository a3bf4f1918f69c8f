/**
 * What a cluster of processes consists of: its members, where they listen, and how each of them is
 * started. Immutable values, and the file that keeps them.
 */
@NullMarked
package io.tidemark.cluster.layout;

import org.jspecify.annotations.NullMarked;
