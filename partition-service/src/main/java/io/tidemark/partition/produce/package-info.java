/** Takes records: Produce and InitProducerId. Runs on event loops. */
@NullMarked
package io.tidemark.partition.produce;

import org.jspecify.annotations.NullMarked;
