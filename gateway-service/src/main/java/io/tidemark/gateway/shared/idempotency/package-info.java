/**
 * What became of requests with an Idempotency-Key, so that a repeated one is answered and not
 * carried out again. Safe for any thread; nothing here waits.
 */
@NullMarked
package io.tidemark.gateway.shared.idempotency;

import org.jspecify.annotations.NullMarked;
