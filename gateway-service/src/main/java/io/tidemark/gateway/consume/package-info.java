/**
 * Reading records for HTTP: cursors, pull reads of the log through the Kafka protocol, and the
 * stateless read of one partition. Nothing here owns a thread: reads complete on the client's event
 * loops.
 */
@NullMarked
package io.tidemark.gateway.consume;

import org.jspecify.annotations.NullMarked;
