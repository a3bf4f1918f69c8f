/**
 * The classic protocol of groups: members join, the coordinator picks an assignor that all of them
 * know, one of them assigns, all of them learn what they got (KIP-62, 345, 394, 559, 800, 814).
 * Pure; everything here belongs to the groups' thread.
 */
@NullMarked
@Pure
package io.tidemark.coordinator.group.classic;

import io.tidemark.environment.Pure;
import org.jspecify.annotations.NullMarked;
