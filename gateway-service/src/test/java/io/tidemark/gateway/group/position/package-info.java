/** Tests of {@link io.tidemark.gateway.group.position}. */
@NullMarked
package io.tidemark.gateway.group.position;

import org.jspecify.annotations.NullMarked;
