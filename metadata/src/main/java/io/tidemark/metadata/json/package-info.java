/** The JSON form of images, deltas, commands and results: in the Raft log and between processes. */
@NullMarked
package io.tidemark.metadata.json;

import org.jspecify.annotations.NullMarked;
