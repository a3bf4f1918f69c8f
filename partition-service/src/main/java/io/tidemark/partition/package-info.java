/** Stores partitions on local disk and serves them over the Kafka protocol. */
@NullMarked
package io.tidemark.partition;

import org.jspecify.annotations.NullMarked;
