/** Tests of {@link io.tidemark.gateway.group.consumer}. */
@NullMarked
package io.tidemark.gateway.group.consumer;

import org.jspecify.annotations.NullMarked;
