package io.tidemark.coordinator.group;

import io.tidemark.coordinator.group.pattern.Patterns;
import io.tidemark.environment.Clock;
import io.tidemark.environment.Entropy;
import io.tidemark.environment.Timers;
import io.tidemark.metadata.image.ClusterImage;
import java.util.function.Supplier;

/**
 * What groups know of the world.
 *
 * @param timers run their tasks on the groups' thread
 * @param runtime what lasts of all groups, and how it changes
 * @param image the newest metadata: topics, their ids and partitions, racks
 * @param patterns which of the topics patterns match
 */
public record GroupWorld(
        Clock clock,
        Timers timers,
        Entropy entropy,
        GroupRuntime runtime,
        Supplier<ClusterImage> image,
        Patterns patterns,
        GroupSettings settings) {}
