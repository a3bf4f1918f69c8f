/**
 * What a node shows of its partitions, topics and disks: to Prometheus under our names and those
 * that Kafka's dashboards read, and over JMX. Runs on the threads of those who ask; the survey
 * alone goes to the partitions' loops, a bounded number of partitions at a time.
 */
@NullMarked
package io.tidemark.partition.telemetry;

import org.jspecify.annotations.NullMarked;
