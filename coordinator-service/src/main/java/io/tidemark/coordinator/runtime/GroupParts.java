package io.tidemark.coordinator.runtime;

import io.tidemark.coordinator.group.ClassicProtocol;
import io.tidemark.coordinator.group.ConsumerProtocol;
import io.tidemark.coordinator.group.GroupObserver;
import io.tidemark.coordinator.group.GroupSettings;

/** What a coordinator's groups are made of. */
public record GroupParts(
        ClassicProtocol classic,
        ConsumerProtocol consumer,
        GroupSettings settings,
        GroupObserver observer) {}
