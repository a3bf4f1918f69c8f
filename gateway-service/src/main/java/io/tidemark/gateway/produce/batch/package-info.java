/**
 * Joins the records of all connections into one batch per partition: whatever arrived while the
 * previous request was under way goes in the next. A partition's state belongs to one event loop;
 * {@link io.tidemark.gateway.produce.batch.PartitionProducer}, which decides, is pure.
 */
@NullMarked
package io.tidemark.gateway.produce.batch;

import org.jspecify.annotations.NullMarked;
