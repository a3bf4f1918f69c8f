/** What the partition service counts, under {@code tidemark_partition_*}. Safe for any thread. */
@NullMarked
package io.tidemark.partition.metrics;

import org.jspecify.annotations.NullMarked;
