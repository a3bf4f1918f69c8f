/**
 * The HTTP gateway: stateless, any number of them. HTTP comes in, the Kafka protocol goes out.
 * Threads are made in {@link io.tidemark.gateway.runtime} only; nothing here blocks one.
 */
@NullMarked
package io.tidemark.gateway;

import org.jspecify.annotations.NullMarked;
