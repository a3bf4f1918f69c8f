package io.tidemark.coordinator.group;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** Makes changes last. Belongs to the groups' thread. */
@FunctionalInterface
public interface ChangeLog {

    /** What becomes of changes. */
    sealed interface Appended {}

    /**
     * They will be in the log, in their order.
     *
     * @param durable completes on the groups' thread once the changes are durable on a majority of
     *     coordinators. Fails where that is not certain: then this coordinator drops its groups and
     *     loads them anew
     */
    record Taken(CompletionStage<Void> durable) implements Appended {}

    /** Nothing of them will be in the log, now or later: they are more than it takes at once. */
    record TooLarge(int bytes, int mostBytes) implements Appended {}

    /**
     * Appends changes; those of one call are applied together or not at all (offsets, which do not
     * depend on each other, may be divided where they are many), those of several calls in order.
     *
     * <p>An empty list changes nothing: its stage tells that everything before it is durable, and
     * that this coordinator led when it was called.
     */
    Appended append(List<GroupChange> changes);
}
