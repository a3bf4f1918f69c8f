package io.tidemark.testkit.simulation.group;

import io.tidemark.coordinator.group.ClassicProtocol;
import io.tidemark.coordinator.group.ConsumerProtocol;
import io.tidemark.coordinator.group.classic.ClassicMemberships;
import io.tidemark.coordinator.group.consumer.ConsumerGroups;

/** The two protocols, as a coordinator has them. */
final class Protocols {
    private Protocols() {}

    static ClassicProtocol classic() {
        return new ClassicMemberships();
    }

    static ConsumerProtocol consumer() {
        return new ConsumerGroups(GroupCoordinatorProcess.SETTINGS);
    }
}
