/**
 * Histories of what clients did and saw, and the check that finds what no correct log could have
 * produced. Everything here is pure but {@link io.tidemark.testkit.history.HistoryRecorder}, which
 * any thread may call.
 *
 * <p>The anomalies are those of Jepsen's Kafka workload (github.com/jepsen-io/redpanda).
 */
@NullMarked
package io.tidemark.testkit.history;

import org.jspecify.annotations.NullMarked;
