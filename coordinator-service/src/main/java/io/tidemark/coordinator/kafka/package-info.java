/**
 * The groups over the Kafka protocol: one handler for each API, which asks whether the principal
 * may and hands over to the groups' thread. Handlers run on the connection's event loop.
 */
@NullMarked
package io.tidemark.coordinator.kafka;

import org.jspecify.annotations.NullMarked;
