/**
 * Metric families that are made when they are collected, for figures by topic, partition or group:
 * nothing is kept of a topic between two scrapes. No threads of its own.
 */
@NullMarked
package io.tidemark.telemetry.exposition;

import org.jspecify.annotations.NullMarked;
