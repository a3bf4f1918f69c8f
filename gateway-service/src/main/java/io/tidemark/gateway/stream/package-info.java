/**
 * Topics as endless HTTP responses: server-sent events and NDJSON, resumable by cursor.
 *
 * <p>Each followed topic has one {@link io.tidemark.gateway.stream.Tail}, owned by one event loop,
 * which reads the end of the log once for all of its followers. What decides ({@code Tail}, {@code
 * Follower}, {@code Frame}, {@code StreamStart}, {@code Filter}, the event encoding) does no I/O
 * and knows no thread; the simulation runs it as it is. The shell around it ({@code Streams},
 * {@code NettyOutlet}, {@code LogSource}, {@code StreamRoutes}) brings sockets and the Kafka
 * protocol.
 */
@NullMarked
package io.tidemark.gateway.stream;

import org.jspecify.annotations.NullMarked;
