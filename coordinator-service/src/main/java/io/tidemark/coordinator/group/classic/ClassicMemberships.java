package io.tidemark.coordinator.group.classic;

import io.tidemark.coordinator.group.ClassicProtocol;
import io.tidemark.coordinator.group.GroupChange.ClassicGroupState;
import io.tidemark.coordinator.group.GroupHost;
import io.tidemark.coordinator.group.Membership;

/** Makes {@link ClassicMembership}s. */
public final class ClassicMemberships implements ClassicProtocol {

    @Override
    public Membership create(GroupHost host) {
        return new ClassicMembership(host);
    }

    /** Its members need only go on sending heartbeats. */
    @Override
    public Membership load(GroupHost host, ClassicGroupState state) {
        return loaded(host, state, false);
    }

    @Override
    public Membership convert(GroupHost host, ClassicGroupState state) {
        return loaded(host, state, true);
    }

    private static Membership loaded(GroupHost host, ClassicGroupState state, boolean again) {
        ClassicMembership membership = new ClassicMembership(host);
        membership.restore(state, again);
        return membership;
    }
}
