/**
 * REST v2 consumers: instances that any gateway serves. An instance belongs to one event loop of
 * the gateway that has claimed it in the directory; everything about it happens there.
 */
@NullMarked
package io.tidemark.gateway.group.consumer;

import org.jspecify.annotations.NullMarked;
