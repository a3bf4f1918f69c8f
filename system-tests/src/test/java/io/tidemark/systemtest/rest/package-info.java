/** The HTTP interface by ordinary HTTP clients, cross-read with Kafka's own. */
@NullMarked
package io.tidemark.systemtest.rest;

import org.jspecify.annotations.NullMarked;
