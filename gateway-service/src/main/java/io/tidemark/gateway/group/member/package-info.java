/** Pure: one member of a KIP-848 group, as a state machine that is told events and the time. */
@NullMarked
@Pure
package io.tidemark.gateway.group.member;

import io.tidemark.environment.Pure;
import org.jspecify.annotations.NullMarked;
