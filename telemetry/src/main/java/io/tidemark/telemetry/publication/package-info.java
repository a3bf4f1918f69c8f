/** What a service shows of itself, while it runs. */
@NullMarked
package io.tidemark.telemetry.publication;

import org.jspecify.annotations.NullMarked;
