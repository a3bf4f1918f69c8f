/** Record batches (magic 2): checked, read and built in place; and the partitioner. */
@NullMarked
package io.tidemark.protocol.record;

import org.jspecify.annotations.NullMarked;
