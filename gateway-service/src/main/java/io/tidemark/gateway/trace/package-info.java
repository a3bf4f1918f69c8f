/**
 * Traces: from a produce request through the append to the delivery of its records. What belongs to
 * OpenTelemetry is made here, and nowhere unless an endpoint is configured. Safe for any thread.
 */
@NullMarked
package io.tidemark.gateway.trace;

import org.jspecify.annotations.NullMarked;
