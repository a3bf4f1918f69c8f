@NullMarked
package io.tidemark.partition.replication;

import org.jspecify.annotations.NullMarked;
