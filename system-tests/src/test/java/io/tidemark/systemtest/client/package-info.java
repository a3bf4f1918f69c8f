/**
 * Unmodified Kafka clients and tools against the broker. The tests of this package also run against
 * Apache Kafka, to prove that they ask for nothing that Kafka does not do: {@code
 * -Dtidemark.test.reference=true}.
 */
@NullMarked
package io.tidemark.systemtest.client;

import org.jspecify.annotations.NullMarked;
