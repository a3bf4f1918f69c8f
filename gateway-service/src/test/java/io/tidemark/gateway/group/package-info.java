/** Tests of {@link io.tidemark.gateway.group}. */
@NullMarked
package io.tidemark.gateway.group;

import org.jspecify.annotations.NullMarked;
