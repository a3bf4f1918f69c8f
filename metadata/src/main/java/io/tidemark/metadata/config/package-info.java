/** Configuration definitions of topics and nodes, under Kafka's names, with validation. Pure. */
@NullMarked
@Pure
package io.tidemark.metadata.config;

import io.tidemark.environment.Pure;
import org.jspecify.annotations.NullMarked;
