/** A pipelined, non-blocking client of the Kafka protocol, for our own services. */
@NullMarked
package io.tidemark.protocol.client;

import org.jspecify.annotations.NullMarked;
