/**
 * Beans under Kafka's well-known names, with the attributes that Kafka's have. {@link
 * io.tidemark.telemetry.jmx.KafkaBeans} owns the thread that takes the rates.
 */
@NullMarked
package io.tidemark.telemetry.jmx;

import org.jspecify.annotations.NullMarked;
