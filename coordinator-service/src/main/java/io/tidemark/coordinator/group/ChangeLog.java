package io.tidemark.coordinator.group;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Makes changes last. Belongs to the groups' thread. */
@FunctionalInterface
public interface ChangeLog {

    /**
     * Appends changes; those of one call are applied together or not at all (offsets, which do not
     * depend on each other, may be divided where they are many), those of several calls in order.
     * What a change says counts in memory from this call on: whoever depends on it is answered only
     * once the stage completes.
     *
     * <p>An empty list changes nothing: its stage tells that everything before it is durable, and
     * that this coordinator led when it was called. What is read may be told then.
     *
     * @return completes on the groups' thread once the changes are durable on a majority of
     *     coordinators. Fails where that is not certain: then this coordinator drops its groups and
     *     loads them anew, so nothing need be undone, only answered ({@code NOT_COORDINATOR})
     */
    CompletionStage<Void> append(List<GroupChange> changes);
}
