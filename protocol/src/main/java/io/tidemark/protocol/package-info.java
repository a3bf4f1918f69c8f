/**
 * The Kafka wire protocol. Its errors are here; connections in {@code server} and {@code client},
 * what both share in {@code transport}, record batches in {@code record}.
 */
@NullMarked
package io.tidemark.protocol;

import org.jspecify.annotations.NullMarked;
