/**
 * Serves the Kafka protocol: frames in, one {@link io.tidemark.protocol.server.ApiHandler} per API,
 * frames out in order.
 */
@NullMarked
package io.tidemark.protocol.server;

import org.jspecify.annotations.NullMarked;
