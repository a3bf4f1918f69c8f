/**
 * Groups of the KIP-848 protocol: members say what they want and what they have, the coordinator
 * decides who consumes what, and hands partitions over one by one, without a pause for the rest.
 * Pure: driven by calls with injected time; belongs to the groups' thread.
 */
@NullMarked
@Pure
package io.tidemark.coordinator.group.consumer;

import io.tidemark.environment.Pure;
import org.jspecify.annotations.NullMarked;
