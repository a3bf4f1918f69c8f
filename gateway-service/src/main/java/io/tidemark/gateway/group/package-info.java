/**
 * Consumer groups as the gateway sees them: requests to the group coordinator through any node, and
 * members of groups that live on the gateway's event loops. What decides is pure and stands in
 * {@link io.tidemark.gateway.group.member}.
 */
@NullMarked
package io.tidemark.gateway.group;

import org.jspecify.annotations.NullMarked;
