/** Configuration definitions of topics and nodes, under Kafka's names, with validation. Pure. */
@NullMarked
package io.tidemark.metadata.config;

import org.jspecify.annotations.NullMarked;
