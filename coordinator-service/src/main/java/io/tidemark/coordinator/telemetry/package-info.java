/**
 * What the leading coordinator shows of groups, topics and itself: to Prometheus under our names
 * and those that Kafka's dashboards read, and over JMX. {@link
 * io.tidemark.coordinator.telemetry.LagMonitor} owns the threads that ask nodes for the ends of
 * their logs; the others run on the threads of those who ask.
 */
@NullMarked
package io.tidemark.coordinator.telemetry;

import org.jspecify.annotations.NullMarked;
