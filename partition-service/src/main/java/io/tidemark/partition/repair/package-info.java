/** What is done about lost and damaged records over all partitions of a node. */
@NullMarked
package io.tidemark.partition.repair;

import org.jspecify.annotations.NullMarked;
