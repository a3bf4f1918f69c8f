/** Tests of {@link io.tidemark.gateway.group.member}. */
@NullMarked
package io.tidemark.gateway.group.member;

import org.jspecify.annotations.NullMarked;
