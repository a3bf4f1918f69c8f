/** What stands before the ports that services are watched and steered by. On the servers' loops. */
@NullMarked
package io.tidemark.telemetry.gate;

import org.jspecify.annotations.NullMarked;
