package io.tidemark.coordinator.group;

import io.tidemark.environment.Clock;
import io.tidemark.environment.Entropy;
import io.tidemark.environment.Timers;
import io.tidemark.metadata.image.ClusterImage;
import java.util.function.Supplier;

/**
 * What groups know of the world.
 *
 * @param timers run their tasks on the groups' thread
 * @param image the newest metadata: topics, their ids and partitions, racks
 */
public record GroupWorld(
        Clock clock,
        Timers timers,
        Entropy entropy,
        ChangeLog log,
        Supplier<ClusterImage> image,
        GroupSettings settings) {}
