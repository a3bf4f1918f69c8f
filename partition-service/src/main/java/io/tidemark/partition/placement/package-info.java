/**
 * Which partitions this node has, and where: opened, moved between log directories, removed, as the
 * metadata wants it. Makes no threads: the simulator runs it.
 */
@NullMarked
package io.tidemark.partition.placement;

import org.jspecify.annotations.NullMarked;
