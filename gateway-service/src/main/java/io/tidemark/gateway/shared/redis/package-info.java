/**
 * The connection to Redis, and how it fails: every call has a time and goes through one circuit
 * breaker.
 */
@NullMarked
package io.tidemark.gateway.shared.redis;

import org.jspecify.annotations.NullMarked;
