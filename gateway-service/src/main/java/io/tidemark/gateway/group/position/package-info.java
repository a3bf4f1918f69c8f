/** Pure: what a consumer has read, has been given and has committed. */
@NullMarked
@Pure
package io.tidemark.gateway.group.position;

import io.tidemark.environment.Pure;
import org.jspecify.annotations.NullMarked;
