/**
 * Bounds on what the gateway holds in memory for its clients, and on how fast they may be: requests
 * and bytes a second, by principal and by address. Safe for any thread; nothing here waits.
 */
@NullMarked
package io.tidemark.gateway.limit;

import org.jspecify.annotations.NullMarked;
