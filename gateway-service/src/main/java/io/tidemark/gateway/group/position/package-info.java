/** Pure: what a consumer has read, has been given and has committed. */
@NullMarked
package io.tidemark.gateway.group.position;

import org.jspecify.annotations.NullMarked;
