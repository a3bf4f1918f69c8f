/** The internal HTTP interface of the coordinator. Runs on the HTTP server's event loops. */
@NullMarked
package io.tidemark.coordinator.api;

import org.jspecify.annotations.NullMarked;
