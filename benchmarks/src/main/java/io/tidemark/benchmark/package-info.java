/**
 * Side-by-side measurement of this broker and Apache Kafka: same run, same disk, same heap, same
 * client. Each workload is a class; each side is a {@link io.tidemark.benchmark.Broker} in a
 * process of its own.
 */
@NullMarked
package io.tidemark.benchmark;

import org.jspecify.annotations.NullMarked;
