/** What all services have as processes. Stateless. */
@NullMarked
package io.tidemark.telemetry.process;

import org.jspecify.annotations.NullMarked;
