package io.tidemark.partition.serving;

import java.io.IOException;

/** A question about a partition, answered on its loop. */
@FunctionalInterface
public interface Question<T> {
    T ask(Partition partition) throws IOException;
}
