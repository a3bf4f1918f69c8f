/**
 * Request bodies to records: token by token over the bytes, no trees; values are slices of the body
 * where they can be. Pure; one thread at a time.
 */
@NullMarked
@Pure
package io.tidemark.gateway.produce.body;

import io.tidemark.environment.Pure;
import org.jspecify.annotations.NullMarked;
