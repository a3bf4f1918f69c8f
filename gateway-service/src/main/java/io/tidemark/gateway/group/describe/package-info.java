/** What groups are, of either protocol: asked of the coordinator, and put in one form. */
@NullMarked
package io.tidemark.gateway.group.describe;

import org.jspecify.annotations.NullMarked;
