/**
 * Consumer groups as endless HTTP responses: each stream is a member of its group, reads the
 * partitions that it is assigned through the tails of their topics ({@link
 * io.tidemark.gateway.stream.Feed}), and commits what its socket has taken, or what its client
 * acknowledges.
 *
 * <p>A stream belongs to the event loop of its connection; {@link
 * io.tidemark.gateway.stream.group.TakenOffsets} decides what may be committed and knows neither
 * time nor thread.
 */
@NullMarked
package io.tidemark.gateway.stream.group;

import org.jspecify.annotations.NullMarked;
